package dev.varve.snapshot;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.varve.snapshot", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule THE_DOMAIN_IS_PURE =
      classes()
          .that()
          .resideInAPackage("..snapshot.domain..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.varve.snapshot.domain..",
              "dev.varve.eventlog",
              "java.lang..",
              "java.time",
              "java.util",
              "java.util.function",
              "java.util.regex",
              "java.util.stream",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule USE_CASES_KNOW_PORTS_ONLY =
      noClasses()
          .that()
          .resideInAPackage("..snapshot.application..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..snapshot.adapter..",
              "..snapshot.runtime..",
              "dev.varve.archive..",
              "dev.varve.linux..",
              "io.grpc..",
              "com.google..",
              "jakarta..",
              "io.quarkus..");

  @ArchTest
  static final ArchRule ADAPTERS_DO_NOT_MEET =
      slices().matching("dev.varve.snapshot.adapter.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule NOBODY_DEPENDS_ON_THE_RUNTIME =
      noClasses()
          .that()
          .resideOutsideOfPackage("..snapshot.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..snapshot.runtime..");

  @ArchTest
  static final ArchRule IMAGES_ARE_WRITTEN_WITHOUT_KNOWING_WHY =
      noClasses()
          .that()
          .resideInAPackage("..snapshot.erofs..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.varve..").and(not(resideInAPackage("..snapshot.erofs.."))));

  @ArchTest
  static final ArchRule NO_OTHER_SERVICE =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.varve..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "dev.varve.snapshot..",
                              "dev.varve.archive..",
                              "dev.varve.linux..",
                              "dev.varve.eventlog..",
                              "dev.varve.api..",
                              "dev.varve.values..",
                              "dev.varve.events.."))));
}
