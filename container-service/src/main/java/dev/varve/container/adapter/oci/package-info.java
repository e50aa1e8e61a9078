/** Documents of the OCI runtime specification, with Docker's defaults. */
@NullMarked
package dev.varve.container.adapter.oci;

import org.jspecify.annotations.NullMarked;
