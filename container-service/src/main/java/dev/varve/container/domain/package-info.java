/** What containers, names, execs and networks are, and what may happen to them. Pure Java. */
@NullMarked
package dev.varve.container.domain;

import org.jspecify.annotations.NullMarked;
