/** The local home: the same functions and machines as in an AWS account, with AWS's services around them in one process. */
package io.pipewright.local.home;
