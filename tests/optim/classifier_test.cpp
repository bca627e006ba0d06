// SPDX-License-Identifier: Apache-2.0
#include "support/striped_pictures.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/optim/classifier.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using Catch::Contains;
using fovea::Classifier;
using fovea::Config;
using fovea::Prediction;
using fovea::test::StripedPictures;

namespace {

constexpr size_t kPixels = StripedPictures::kPixels, kClasses = StripedPictures::kClasses;

fovea::Model model() {
  const char* graph = fovea::test::kStripedModel;
  return {fovea::Net::from_config(Config::parse(graph), 7), {graph, {}, {"a", "b", "c"}}};
}

// A PGM file.
std::vector<uint8_t> encoded(std::span<const uint8_t> pixels, int width, int height) {
  const std::string head = "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n";
  std::vector<uint8_t> bytes(head.begin(), head.end());
  bytes.insert(bytes.end(), pixels.begin(), pixels.end());
  return bytes;
}

std::vector<float> probabilities(const Classifier& classifier, const StripedPictures& pictures) {
  std::vector<float> p(pictures.labels.size() * kClasses);
  classifier.probabilities(pictures.pixels, p);
  return p;
}

}  // namespace

TEST_CASE("pictures get the same probabilities alone and in any batch") {
  const StripedPictures pictures(7, 1);
  const Classifier three(model(), {.batch = 3}), all(model(), {.threads = 2});
  const std::vector<float> together = probabilities(three, pictures);
  CHECK(probabilities(all, pictures) == together);
  for (size_t i = 0; i < 7; i++) {
    const auto picture = std::span(pictures.pixels).subspan(i * kPixels, kPixels);
    const std::vector<Prediction> best = three.classify_encoded(encoded(picture, 8, 8), 9);
    REQUIRE(best.size() == kClasses);
    for (const Prediction& p : best)
      CHECK(p.probability == together[i * kClasses + static_cast<size_t>(p.label)]);
  }
}

TEST_CASE("several threads use one classifier") {
  const Classifier classifier(model());
  const StripedPictures pictures(5, 2);
  const std::vector<float> alone = probabilities(classifier, pictures);
  std::atomic<int> same = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; i++) same += probabilities(classifier, pictures) == alone;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(same == 80);
}

TEST_CASE("a classifier knows its pictures and classes") {
  const Classifier classifier(model());
  CHECK(classifier.image() == fovea::Shape{8, 8, 1});
  CHECK(classifier.classes() == 4);
  CHECK(classifier.class_name(1) == "b");
  CHECK(classifier.class_name(3) == "3");
  CHECK(classifier.class_name(-1) == "-1");
}

TEST_CASE("what cannot be classified is refused by name") {
  const fovea::test::TempDir dir;
  const Classifier classifier(model());
  const StripedPictures picture(1, 3);
  const auto wide = encoded(picture.pixels, 16, 4);
  const std::string file = dir.write("wide.pgm", std::string(wide.begin(), wide.end()));
  CHECK_THROWS_WITH(classifier.classify_file(file, 1),
                    Contains("wide.pgm") && Contains("16x4") && Contains("8x8"));
  CHECK_THROWS_WITH(classifier.classify_file(dir.file("absent.png"), 1), Contains("absent.png"));
  CHECK_THROWS_AS(classifier.classify_encoded(std::span(wide).first(20), 1), fovea::DataError);
  std::vector<float> p(5);
  CHECK_THROWS_AS(classifier.probabilities(picture.pixels, p), fovea::ArgumentError);
  CHECK_THROWS_AS(classifier.probabilities(std::span(picture.pixels).first(9), p),
                  fovea::ArgumentError);
  CHECK_THROWS_WITH(Classifier::load(dir.file("absent.safetensors")),
                    Contains("absent.safetensors"));
  CHECK_THROWS_AS(Classifier(model(), {.batch = 0}), fovea::ArgumentError);
}
