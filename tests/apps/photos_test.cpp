// SPDX-License-Identifier: Apache-2.0
// From a folder of pictures of various sizes to predictions.
#include "apps/workplace.h"
#include "data/picture_bytes.h"
#include "support/json.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::kGray;
using fovea::test::parse_json;
using fovea::test::png;
using fovea::test::ProgramResult;
using fovea::test::run_program;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

constexpr const char* kConfig = R"({
  "name": "photos",
  "data": {"train": "photos/train", "val": "photos/val", "resize": 8, "mean": 0.5, "std": 0.25,
           "augment": [{"type": "random_crop", "size": 6}]},
  "model": {"input": [3, 6, 6], "layers": [{"type": "flatten"}, {"name": "fc", "type": "linear", "out_features": 2}]},
  "train": {"epochs": 3, "batch_size": 4, "optimizer": {"type": "sgd", "lr": 0.02, "momentum": 0.9}}
})";

std::string plain(int value, size_t width, size_t height) {
  return png(static_cast<uint32_t>(width), 8, kGray,
             std::vector<std::string>(height, std::string(width, static_cast<char>(value))));
}

// Dark pictures in 10, light ones in 9.
class Photos : public Workplace {
 public:
  Photos() {
    write("photos.json", kConfig);
    for (int i = 0; i < 8; i++) {
      const auto size = static_cast<size_t>(9 + i);
      const std::string name = std::to_string(i) + ".png";
      write("photos/train/10/" + name, plain(20 + i, size, 2 * size));
      write("photos/train/9/" + name, plain(220 + i, 3 * size, size));
      write("photos/val/10/" + name, plain(30 + i, size, size));
      write("photos/val/9/sub/" + name, plain(210 + i, size, size));
    }
    write("photos/train/.DS_Store", "x");
    write("photos/train/9/notes.txt", "x");
  }
};

const std::vector<std::string> kTrain = {"train", "photos.json", "-o", "run"};

}  // namespace

TEST_CASE("a folder of photos is trained on, evaluated and predicted") {
  const Photos place;
  const ProgramResult train = place.fovea(kTrain);
  INFO(train.err);
  REQUIRE(train.exit_code == 0);
  CHECK_THAT(train.err, Contains("classes: 0 10, 1 9") &&
                            Contains("photos/train: skipped 1 hidden, 1 that is no picture"));
  const ProgramResult eval = place.fovea({"eval", "run", "--data", "photos/val", "--json"});
  CHECK(parse_json(eval.out)["top1"] == 1.0);
  place.write("list.txt", "photos/val/10/3.png 0\nphotos/val/9/sub/3.png 1\n");
  CHECK(parse_json(place.fovea({"eval", "run", "--data", "list.txt", "--json"}).out)["top1"] ==
        1.0);

  place.write("holidays/deep/b.png", plain(240, 40, 30));
  place.write("holidays/a.png", plain(10, 5, 7));
  place.write("holidays/broken.png", "broken");
  const ProgramResult folder = place.fovea({"predict", "run", "holidays", "--json"});
  CHECK(folder.exit_code == 3);
  CHECK_THAT(folder.err, Contains("error: holidays/broken.png: is not a picture"));
  const size_t line = folder.out.find('\n') + 1;
  CHECK(parse_json(folder.out.substr(0, line))["predictions"][0]["class"] == "10");
  CHECK(parse_json(folder.out.substr(line))["picture"] == "holidays/deep/b.png");
  CHECK(parse_json(folder.out.substr(line))["predictions"][0]["class"] == "9");
  const ProgramResult input = run_program(
      "/bin/sh", {"-c", std::string(FOVEA_PROGRAM) + " predict run - --json <holidays/a.png"},
      place.options());
  CHECK(parse_json(input.out)["picture"] == "standard input");
  CHECK(parse_json(input.out)["predictions"] ==
        parse_json(folder.out.substr(0, line))["predictions"]);
}

TEST_CASE("validating on the training pictures is warned of") {
  const Photos place;
  const auto said = [&](std::vector<std::string> settings) {
    settings.insert(settings.begin(), {"train", "photos.json", "--dry-run", "-o", "run"});
    return place.fovea(settings).err;
  };
  CHECK_THAT(said({"data.val=photos/train"}), Contains("warning: it validates on the pictures"));
  CHECK_THAT(said({}), !Contains("warning"));
}

TEST_CASE("classes that are others than those trained on are refused") {
  const Photos place;
  REQUIRE(place.fovea(kTrain).exit_code == 0);
  place.write("others/10/a.png", plain(9, 9, 9));
  place.write("others/8/a.png", plain(9, 9, 9));
  const ProgramResult eval = place.fovea({"eval", "run", "--data", "others"});
  CHECK(eval.exit_code == 3);
  CHECK_THAT(eval.err,
             Contains("others: its class folders") && Contains("no class trained on is \"8\""));
  const ProgramResult val = place.fovea({"train", "photos.json", "data.val=others"});
  CHECK(val.exit_code == 3);
  std::filesystem::rename(place.path("photos/train/9"), place.path("photos/train/a9"));
  std::filesystem::rename(place.path("photos/val/9"), place.path("photos/val/a9"));
  const ProgramResult resume = place.fovea({"train", "run", "--resume", "epochs=9"});
  CHECK(resume.exit_code == 2);
  CHECK_THAT(resume.err, Contains("class 1 is \"9\" there, \"a9\" in the data"));
}

TEST_CASE("pictures that cannot be read end a run, or are passed over") {
  const Photos place;
  place.write("photos/train/10/3.png", "broken");
  const ProgramResult error = place.fovea(kTrain);
  CHECK(error.exit_code == 3);
  CHECK_THAT(error.err, Contains("photos/train/10/3.png: is not a picture"));
  const ProgramResult skip =
      place.fovea({"train", "photos.json", "-o", "other", "data.bad_files=skip"});
  INFO(skip.err);
  CHECK(skip.exit_code == 0);
  CHECK_THAT(skip.err, Contains("1 picture that cannot be read was passed over; the first: "
                                "photos/train/10/3.png"));
}
