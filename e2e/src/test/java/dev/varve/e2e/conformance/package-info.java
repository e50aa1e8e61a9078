/**
 * A black-box suite of the Docker Engine's behaviour: it knows a unix socket and the docker CLI,
 * nothing else, and was proved on dockerd before it judged Varve. Where Docker 28 is known to
 * differ from 20.10, a row or an assertion marked "old" is accepted from engines whose newest API
 * is below 1.44 only.
 */
package dev.varve.e2e.conformance;
