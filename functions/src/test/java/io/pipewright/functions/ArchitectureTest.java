package io.pipewright.functions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.pipewright.functions", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule featuresDependOnEachOtherOneWayOnly =
            slices().matching("io.pipewright.functions.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule functionsDontKnowWhereTheyRun = noClasses()
            .should().dependOnClassesThat().resideInAPackage("io.pipewright.local..");

    @ArchTest
    static final ArchRule onlyTheStoreTouchesDynamoDb = noClasses()
            .that().resideOutsideOfPackages("io.pipewright.functions.store..", "io.pipewright.functions.settings..")
            .should().dependOnClassesThat().resideInAPackage("software.amazon.awssdk.services.dynamodb.model..");
}
