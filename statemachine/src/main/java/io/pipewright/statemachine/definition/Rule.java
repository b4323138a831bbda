package io.pipewright.statemachine.definition;

import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** One thing that declarations must keep, or a few that can't be told apart by their place. */
@FunctionalInterface
interface Rule {

    /** A finding for every place that breaks it, in declaration order. */
    Stream<Finding> check(PipelineDeclaration pipeline, Context context);
}
