// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/workspace.h>

#include <catch2/catch.hpp>

using fovea::Workspace;

TEST_CASE("a scope hands out what it asked for, aligned, and no more") {
  Workspace workspace;
  Workspace::Scope scope(workspace,
                         Workspace::padded_for<float>(100) + Workspace::padded_for<double>(3));
  float* first = scope.take<float>(100);
  double* second = scope.take<double>(3);
  CHECK(reinterpret_cast<uintptr_t>(first) % 64 == 0);
  CHECK(reinterpret_cast<uintptr_t>(second) % 64 == 0);
  CHECK(static_cast<void*>(second) >= static_cast<void*>(first + 100));
  CHECK_THROWS_AS(scope.take<float>(1), fovea::ArgumentError);
}

TEST_CASE("memory is kept between scopes") {
  Workspace workspace;
  workspace.reserve(10000);
  float* before = nullptr;
  {
    Workspace::Scope scope(workspace, 4096);
    before = scope.take<float>(10);
  }
  Workspace::Scope scope(workspace, 10000);
  CHECK(scope.take<float>(10) == before);
  CHECK(workspace.capacity() == 10000);
  CHECK_THROWS_AS(workspace.reserve(20000), fovea::ArgumentError);
}
