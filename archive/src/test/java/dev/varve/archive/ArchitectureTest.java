package dev.varve.archive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.varve.archive", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule KNOWS_STREAMS_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.eventlog..",
              "dev.varve.linux..",
              "dev.varve.image..",
              "dev.varve.snapshot..",
              "dev.varve.container..",
              "dev.varve.gateway..",
              "java.nio.file..",
              "io.quarkus..",
              "jakarta..");
}
