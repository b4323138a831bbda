/** Amazon SNS with topics, e-mail subscriptions, and an inbox of text files in place of mail. */
package io.pipewright.local.sns;
