/** Networks of containers: a bridge, its rules, and a pool of namespaces that are ready to join. */
@NullMarked
package dev.varve.container.adapter.network;

import org.jspecify.annotations.NullMarked;
