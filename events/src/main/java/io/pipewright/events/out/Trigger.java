package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/** What started a run, as the pipeline's STARTED event tells it. */
public sealed interface Trigger {
    /** The event's {@code execution-trigger}. */
    ObjectNode json();

    /**
     * Every start but that of a Git trigger.
     *
     * @param type a word of the API's enumeration, such as {@code StartPipelineExecution}
     * @param detail the caller's, rule's or webhook's ARN, or what else the type says; may be null
     */
    record Named(String type, String detail) implements Trigger {
        public Named {
            Objects.requireNonNull(type, "type");
        }

        @Override
        public ObjectNode json() {
            ObjectNode json = Detail.object();
            Detail.put(json, "trigger-type", type);
            Detail.put(json, "trigger-detail", detail);
            return json;
        }
    }

    /**
     * A push that a trigger of the pipeline let through. Any member may be null and is then left out.
     *
     * @param reference the branch or tag that was pushed
     */
    record Push(
            String authorDisplayName,
            String authorEmail,
            String authorId,
            String authorDate,
            String fullRepositoryName,
            String providerType,
            String connectionArn,
            String commitId,
            String commitMessage,
            Reference reference) implements Trigger {
        @Override
        public ObjectNode json() {
            ObjectNode json = Detail.object();
            Detail.put(json, "author-display-name", authorDisplayName);
            Detail.put(json, "author-email", authorEmail);
            Detail.put(json, "author-id", authorId);
            Detail.put(json, "author-date", authorDate);
            Detail.put(json, "full-repository-name", fullRepositoryName);
            Detail.put(json, "provider-type", providerType);
            Detail.put(json, "connection-arn", connectionArn);
            Detail.put(json, "commit-id", commitId);
            Detail.put(json, "commit-message", commitMessage);
            if (reference != null) {
                json.put(reference.tag() ? "tag-name" : "branch-name", reference.name());
            }
            return json;
        }
    }

    /**
     * A Git reference.
     *
     * @param name without {@code refs/heads/} or {@code refs/tags/}
     * @param tag whether it is a tag, not a branch
     */
    record Reference(String name, boolean tag) {
        public Reference {
            Objects.requireNonNull(name, "name");
        }
    }
}
