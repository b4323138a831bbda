package io.pipewright.local.proxy;

/**
 * Why a call isn't passed on.
 *
 * @param code an error that AWS's clients know
 */
record Refusal(int status, String code, String message) { }
