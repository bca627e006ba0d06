// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/log.h>

#include <catch2/catch.hpp>

#include <string>

TEST_CASE("a logger passes on what is important enough") {
  std::string seen;
  const fovea::Logger logger(
      [&seen](fovea::LogLevel level, std::string_view message) {
        seen += std::string(name_of(level)) + ":" + std::string(message) + " ";
      },
      fovea::LogLevel::info);
  logger.debug("a");
  logger.info("b");
  logger.error("c");
  CHECK(seen == "info:b error:c ");
  CHECK_FALSE(logger.enabled(fovea::LogLevel::debug));
}

TEST_CASE("a default logger is silent") {
  const fovea::Logger logger;
  CHECK_FALSE(logger.enabled(fovea::LogLevel::error));
  logger.error("nobody hears this");
}
