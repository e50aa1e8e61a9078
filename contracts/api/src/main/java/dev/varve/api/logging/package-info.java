/** What the services' own logs have in common. */
@NullMarked
package dev.varve.api.logging;

import org.jspecify.annotations.NullMarked;
