package dev.varve.container;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** Which way dependencies point. */
@AnalyzeClasses(
    packages = "dev.varve.container",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DirectionTest {

  @ArchTest
  static final ArchRule theDomainIsPure =
      classes()
          .that()
          .resideInAPackage("dev.varve.container.domain")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.container.domain",
              "dev.varve.eventlog",
              "java.lang..",
              "java.util..",
              "java.math..",
              "java.time..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule theDomainHasNoClockAndNoChance =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.container.domain")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Random.class)
          .orShould()
          .callMethod(UUID.class, "randomUUID");

  @ArchTest
  static final ArchRule useCasesKnowNoAdapter =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.container.application")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.container.adapter..",
              "dev.varve.container.contract..",
              "dev.varve.container.runtime..",
              "dev.varve.eventlog.adapter..",
              "dev.varve.events..",
              "dev.varve.api..",
              "dev.varve.values..",
              "io.grpc..",
              "com.google.protobuf..",
              "org.apache.kafka..",
              "io.quarkus..",
              "jakarta..",
              "java.sql..");

  @ArchTest
  static final ArchRule adaptersDoNotKnowEachOther =
      slices().matching("dev.varve.container.adapter.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule onlyTheRuntimePutsThingsTogether =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.varve.container.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.varve.container.runtime..");

  @ArchTest
  static final ArchRule noOtherServiceIsKnown =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.varve.image..", "dev.varve.snapshot..", "dev.varve.gateway..");
}
