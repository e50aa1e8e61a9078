package dev.varve.container.adapter.conmon;

import dev.varve.container.application.StandardStreams.Source;

/**
 * A piece of what a program wrote to one stream.
 *
 * @param bytes not changed any more
 * @param length of them that count
 */
record Output(Source source, byte[] bytes, int length) {}
