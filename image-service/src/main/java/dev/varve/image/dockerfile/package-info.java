/**
 * The Dockerfile language: text to instructions, variables, stages and what they need of each
 * other, ignore files, patterns of sources, and the checks of {@code docker build --check}.
 *
 * <p>The way of a file: {@link dev.varve.image.dockerfile.DockerfileParser} makes a {@link
 * dev.varve.image.dockerfile.Dockerfile} of unexpanded {@link
 * dev.varve.image.dockerfile.Instruction}s, {@link dev.varve.image.dockerfile.Plan} says which
 * {@link dev.varve.image.dockerfile.Stage}s a target needs and in which order, a {@link
 * dev.varve.image.dockerfile.Scope} follows the variables of a stage, and its {@link
 * dev.varve.image.dockerfile.Expansion} puts them into an instruction when its step runs.
 *
 * <p>Pure: no I/O, no clock. Input is hostile: everything takes time linear in its text, within the
 * bounds of {@link dev.varve.image.dockerfile.Limits}, and is refused only by a {@link
 * dev.varve.image.dockerfile.DockerfileException}.
 */
@NullMarked
package dev.varve.image.dockerfile;

import org.jspecify.annotations.NullMarked;
