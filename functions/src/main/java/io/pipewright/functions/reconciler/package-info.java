/** What nobody else would notice: effects that stayed owed, deadlines, silent providers, dead machines. */
package io.pipewright.functions.reconciler;
