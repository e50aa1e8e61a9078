package dev.varve.image;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Random;

@AnalyzeClasses(packages = "dev.varve.image", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule THE_DOMAIN_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.varve.image.domain")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.image.domain",
              "dev.varve.image.dockerfile",
              "dev.varve.eventlog",
              "java.lang..",
              "java.util..",
              "java.time..",
              "java.nio.charset",
              "java.security",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule THE_DOCKERFILE_LANGUAGE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.varve.image.dockerfile")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.image.dockerfile",
              "java.lang..",
              "java.math",
              "java.util..",
              "java.nio",
              "java.nio.charset",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule THE_DOMAIN_ASKS_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.image.domain", "dev.varve.image.dockerfile")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Random.class);

  @ArchTest
  static final ArchRule USE_CASES_KNOW_NO_ADAPTER =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.image.application..", "dev.varve.image.dockerfile..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.image.adapter..",
              "dev.varve.image.runtime..",
              "dev.varve.eventlog.adapter..",
              "dev.varve.archive..",
              "com.google.protobuf..",
              "io.grpc..",
              "io.quarkus..",
              "org.apache.kafka..",
              "com.fasterxml..");

  @ArchTest
  static final ArchRule ADAPTERS_ARE_STRANGERS_TO_EACH_OTHER =
      slices().matching("dev.varve.image.adapter.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule ADAPTERS_DO_NOT_ASSEMBLE =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.image.adapter..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.varve.image.runtime..");

  @ArchTest
  static final ArchRule NO_OTHER_SERVICE =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.varve..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "dev.varve.image..",
                              "dev.varve.archive..",
                              "dev.varve.linux..",
                              "dev.varve.eventlog..",
                              "dev.varve.api..",
                              "dev.varve.values..",
                              "dev.varve.events.."))));
}
