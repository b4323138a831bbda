package io.pipewright.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.pipewright.local", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.pipewright.local.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule twinsKnowNothingOfPipelines = noClasses()
            .that().resideInAnyPackage("io.pipewright.local.dynamodb..", "io.pipewright.local.sfn..",
                    "io.pipewright.local.s3..", "io.pipewright.local.codebuild..", "io.pipewright.local.eventbridge..",
                    "io.pipewright.local.sns..", "io.pipewright.local.lambda..", "io.pipewright.local.sts..")
            .should().dependOnClassesThat().resideInAnyPackage("io.pipewright.functions..", "io.pipewright.statemachine..");
}
