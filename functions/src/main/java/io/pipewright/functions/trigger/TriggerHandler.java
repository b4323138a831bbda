package io.pipewright.functions.trigger;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.events.in.IncomingEvent;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.pipeline.Sources;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The function that source events reach: it starts the pipelines that listen to exactly that object or branch. A rule of the user's own may
 * target it with StartPipelineExecution's input.
 */
public final class TriggerHandler implements RequestStreamHandler {

    private final Sources sources;
    private final RuleStart ruleStart;

    /** As Lambda calls it. */
    public TriggerHandler() {
        this(Home.engine());
    }

    public TriggerHandler(Engine engine) {
        Starts starts = new Starts(engine);
        this.sources = new Sources(engine, starts);
        this.ruleStart = new RuleStart(engine, starts);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        JsonNode json = Json.mapper().readTree(input);
        if (RuleStart.isMeant(json)) {
            ruleStart.start(json);
            return;
        }
        IncomingEvent event = IncomingEvent.parse(json);
        if (event instanceof IncomingEvent.ObjectCreated object && object.versionId() != null) {
            sources.changed(Sources.s3(object.bucket(), object.key()), object.versionId(),
                    Optional.ofNullable(object.sequencer()));
        } else if (event instanceof IncomingEvent.CodeCommitReferenceChange change && change.isPresent()
                && change.referenceType().equals("branch")) {
            sources.changed(Sources.codeCommit(change.repository(), change.referenceName()), change.commitId(),
                    Optional.empty());
        }
    }
}
