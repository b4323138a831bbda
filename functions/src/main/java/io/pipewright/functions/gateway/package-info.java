/**
 * What API Gateway leads to: the API behind IAM, and the public surfaces, each its own function. They translate events of the REST
 * API's proxy integration and decide nothing but who may come in.
 */
package io.pipewright.functions.gateway;
