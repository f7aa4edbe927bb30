/** The server: addresses, limits, and what is said about a request that is refused. */
package org.crossfade.serving.http;
