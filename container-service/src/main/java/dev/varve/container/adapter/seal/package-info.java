/** AES-256-GCM under the engine's own key file. */
@NullMarked
package dev.varve.container.adapter.seal;

import org.jspecify.annotations.NullMarked;
