/** Names of containers, answered by aardvark-dns. */
@NullMarked
package dev.varve.container.adapter.dns;

import org.jspecify.annotations.NullMarked;
