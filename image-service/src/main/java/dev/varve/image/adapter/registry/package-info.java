/**
 * The client of other people's registries, over the JDK's HTTP client.
 *
 * <p>{@link dev.varve.image.adapter.registry.HttpRegistry} finds the endpoint, {@link
 * dev.varve.image.adapter.registry.Session} sends requests with retries and redirects, {@link
 * dev.varve.image.adapter.registry.Authorizer} alone handles credentials.
 */
@NullMarked
package dev.varve.image.adapter.registry;

import org.jspecify.annotations.NullMarked;
