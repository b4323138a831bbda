/**
 * The one loopback HTTP server of the local home. Twins that speak HTTP, the API and the pages are routes on it; what
 * guards a server that runs on a developer's machine (rebinding, cross-site requests, limits) is decided here, once.
 */
package io.pipewright.local.http;
