package io.pipewright.local.codebuild;

import java.util.List;

/** Where build events go: the local event bus. */
@FunctionalInterface
public interface EventSink {
    /**
     * Takes one event. An exception means "not taken": the same event is put again later, also after a restart, so that the
     * sink sees each event at least once and in order.
     *
     * @param source always {@code aws.codebuild}
     * @param detailType {@code CodeBuild Build State Change} or {@code CodeBuild Build Phase Change}
     * @param resources the build's ARN
     * @param detailJson the {@code detail} object as JSON text
     */
    void put(String source, String detailType, List<String> resources, String detailJson);
}
