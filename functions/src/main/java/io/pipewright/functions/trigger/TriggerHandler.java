package io.pipewright.functions.trigger;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.events.in.IncomingEvent;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.pipeline.Sources;
import io.pipewright.functions.home.Home;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The function that source events reach: it starts the pipelines that listen to exactly that object or branch. */
public final class TriggerHandler implements RequestStreamHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sources sources;

    /** As Lambda calls it. */
    public TriggerHandler() {
        this(Home.engine());
    }

    public TriggerHandler(Engine engine) {
        this.sources = new Sources(engine, new Starts(engine));
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        IncomingEvent event = IncomingEvent.parse(JSON.readTree(input));
        if (event instanceof IncomingEvent.ObjectCreated object && object.versionId() != null) {
            sources.changed(Sources.s3(object.bucket(), object.key()), object.versionId());
        } else if (event instanceof IncomingEvent.CodeCommitReferenceChange change && change.isPresent()
                && change.referenceType().equals("branch")) {
            sources.changed(Sources.codeCommit(change.repository(), change.referenceName()), change.commitId());
        }
    }
}
