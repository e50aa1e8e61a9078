/** Puts the image service together: once by hand for any host, once as a CDI bean for Quarkus. */
@NullMarked
package dev.varve.image.runtime;

import org.jspecify.annotations.NullMarked;
