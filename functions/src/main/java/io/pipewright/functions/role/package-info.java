/** Roles that actions act as: assumed through STS, where they aren't the deployment's own. */
package io.pipewright.functions.role;
