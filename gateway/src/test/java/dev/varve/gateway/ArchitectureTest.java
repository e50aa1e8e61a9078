package dev.varve.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.varve.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule KNOWS_CONTRACTS_AND_THE_EVENT_LOG_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.image..",
              "dev.varve.snapshot..",
              "dev.varve.container..",
              "dev.varve.linux..");

  @ArchTest
  static final ArchRule HTTP_LIVES_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.varve.gateway.http..", "dev.varve.gateway.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..");

  @ArchTest
  static final ArchRule HTTP_KNOWS_NOTHING_OF_DOCKERS_OBJECTS =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.gateway.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.gateway.docker..",
              "dev.varve.gateway.route..",
              "dev.varve.gateway.history..",
              "dev.varve.api..");

  @ArchTest
  static final ArchRule DOCKERS_WORDS_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("dev.varve.gateway.docker..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "com.fasterxml.jackson..",
              "com.google.re2j..",
              "com.google.protobuf..",
              "dev.varve.api..",
              "dev.varve.values..",
              "dev.varve.gateway.docker..",
              "dev.varve.gateway.http..",
              "io.grpc..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule ONLY_THE_HISTORY_READS_THE_LOG =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.varve.gateway.history..", "dev.varve.gateway.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.varve.eventlog..", "dev.varve.events..");
}
