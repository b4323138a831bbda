/** AWS STS without IAM behind it: everyone is one caller, and every well-formed role can be assumed. */
package io.pipewright.local.sts;
