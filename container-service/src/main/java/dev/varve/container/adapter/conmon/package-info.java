/** Runs containers with an OCI runtime (crun or runc) under the monitor conmon. */
@NullMarked
package dev.varve.container.adapter.conmon;

import org.jspecify.annotations.NullMarked;
