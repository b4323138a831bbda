/** Manual approvals: how they are asked for, and the two ways to answer them, by the API and by the page behind a link. */
package io.pipewright.functions.approval;
