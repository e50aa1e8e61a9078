/** The topics' bytes: protobuf events of three services, read into what this one makes of them. */
@NullMarked
package dev.varve.snapshot.adapter.log;

import org.jspecify.annotations.NullMarked;
