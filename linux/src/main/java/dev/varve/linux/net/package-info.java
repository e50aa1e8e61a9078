/**
 * Network namespaces, links, addresses, routes and packet rules of the kernel, without the help of
 * other programs except nft.
 */
@NullMarked
package dev.varve.linux.net;

import org.jspecify.annotations.NullMarked;
