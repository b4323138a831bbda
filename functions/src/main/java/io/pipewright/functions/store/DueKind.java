package io.pipewright.functions.store;

/** What a due item reminds of. */
public enum DueKind {
    /** A pipeline that may owe effects. */
    PIPELINE,
    /** An execution: effects that it may owe, deadlines of its actions, silent providers. */
    RUN,
    /** A job whose worker may have fallen silent. */
    JOB,
    /** A source that is looked at for new revisions. */
    SOURCE
}
