// SPDX-License-Identifier: Apache-2.0
// fovea eval, predict, summary and doctor.
#include "apps/workplace.h"
#include "data/picture_bytes.h"
#include "support/json.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

// A place where "run" holds a trained model.
struct Trained : Workplace {
  Trained() { REQUIRE(fovea({"train", "tiny.json", "-o", "run"}).exit_code == 0); }
};

}  // namespace

TEST_CASE("eval takes a run or a model file, and the run's data or others") {
  const Trained place;
  const json of_run = parse_json(place.fovea({"eval", "run", "--json"}).out);
  const std::string file = "run/checkpoints/best.safetensors";
  const json of_file = parse_json(
      place.fovea({"eval", file, "--data", "val-images-idx3-ubyte.gz", "--batch", "7", "--json"})
          .out);
  for (const char* key : {"samples", "top1", "top5", "loss"}) CHECK(of_run[key] == of_file[key]);
  CHECK(of_run["model"] == file);
  CHECK_THAT(place.fovea({"eval", "run"}).out,
             Contains("70 samples  loss") && Contains("images/s"));

  const ProgramResult other = place.fovea({"eval", "run", "--data", "absent"});
  CHECK(other.exit_code == 3);
  place.write("labels", fovea::test::idx1(69));
  const ProgramResult labels =
      place.fovea({"eval", "run", "--data", "val-images-idx3-ubyte.gz", "--labels", "labels"});
  CHECK(labels.exit_code == 3);
  CHECK_THAT(labels.err, Contains("69 labels"));
}

TEST_CASE("eval writes a run's report, and one of any model where it is wanted") {
  const Trained place;
  const std::string file = "run/checkpoints/best.safetensors", data = "val-images-idx3-ubyte.gz";
  std::filesystem::remove(place.options().folder + "/run/report.html");
  const ProgramResult of_file = place.fovea({"eval", file, "--data", data});
  CHECK(of_file.err.empty());
  CHECK_FALSE(place.has("run/report.html"));
  const ProgramResult of_run = place.fovea({"eval", "run"});
  CHECK(of_run.err == "report: run/report.html\n");
  for (const char* part : {"Training</h2>", "Confusion matrix", "Classes</h2>", "training.command"})
    CHECK_THAT(place.read("run/report.html"), Contains(part));
  place.fovea({"eval", file, "--data", data, "--report", "of_file.html"});
  CHECK_THAT(place.read("of_file.html"), Contains("best.safetensors on " + data));
  const ProgramResult refused = place.fovea({"eval", "run", "--report", "/proc/none/r.html"});
  CHECK(refused.exit_code == 0);
  CHECK_THAT(refused.err, Contains("warning: no report: cannot write /proc/none/r.html"));
}

TEST_CASE("eval refuses data of other classes or sizes") {
  const Trained place;
  place.write("big-images-idx3-ubyte", fovea::test::idx3(4, 13, 12));
  place.write("big-labels-idx1-ubyte", fovea::test::idx1(4));
  const ProgramResult size = place.fovea({"eval", "run", "--data", "big-images-idx3-ubyte"});
  CHECK(size.exit_code == 2);
  CHECK_THAT(size.err, Contains("[13,12,1]") && Contains("[12,12,1]"));
  REQUIRE(place.fovea({"train", "line.json", "max_steps=4", "-o", "line"}).exit_code == 0);
  place.write("few-images-idx3-ubyte", fovea::test::idx3(10, 2, 2));
  place.write("few-labels-idx1-ubyte", fovea::test::idx1(10));
  const ProgramResult classes = place.fovea({"eval", "line", "--data", "few-images-idx3-ubyte"});
  CHECK(classes.exit_code == 3);
  CHECK_THAT(classes.err, Contains("label 3") && Contains("3 classes"));
}

TEST_CASE("predict names classes with their probabilities") {
  const Trained place;
  const ProgramResult text =
      place.fovea({"predict", "run", "val-images-idx3-ubyte.gz", "--first", "3"});
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, Contains("val-images-idx3-ubyte.gz[2]  (2)") && Contains("%"));
  CHECK(text.out.find('\x1b') == std::string::npos);
  const ProgramResult lines =
      place.fovea({"predict", "run", "val-images-idx3-ubyte.gz", "--top", "2", "--json"});
  std::istringstream stream(lines.out);
  int count = 0, right = 0;
  for (std::string line; std::getline(stream, line); count++) {
    const json row = parse_json(line);
    CHECK(row["predictions"].size() == 2);
    right += row["predictions"][0]["class"] == row["label"];
  }
  CHECK(count == 70);
  CHECK(right > 60);
}

TEST_CASE("predict reads picture files of the model's size") {
  const Trained place;
  std::string pgm = "P5 12 12 255\n";
  std::vector<std::string> rows;
  for (int y = 0; y < 12; y++) rows.emplace_back(12, y == 4 ? '\xf0' : '\x10');
  for (const std::string& row : rows) pgm += row;
  place.write("a.pgm", pgm);
  place.write("b.png", fovea::test::png(12, 8, fovea::test::kGray, rows));
  const ProgramResult both = place.fovea({"predict", "run", "a.pgm", "b.png", "--json"});
  REQUIRE(both.exit_code == 0);
  const size_t line_end = both.out.find('\n');
  const json a = parse_json(both.out.substr(0, line_end)),
             b = parse_json(both.out.substr(line_end));
  CHECK(a["picture"] == "a.pgm");
  CHECK(a["predictions"] == b["predictions"]);
  CHECK(a["predictions"][0]["label"] == 4);

  rows.pop_back();
  place.write("c.png", fovea::test::png(12, 8, fovea::test::kGray, rows));
  const ProgramResult size = place.fovea({"predict", "run", "c.png"});
  CHECK(size.exit_code == 3);
  CHECK_THAT(size.err, Contains("error: c.png") && Contains("12x11") && Contains("12x12"));
}

TEST_CASE("summary counts the paper's net") {
  const Workplace place;
  const std::string configs = FOVEA_CONFIGS;
  const ProgramResult paper = place.fovea({"summary", configs + "/alexnet-paper.json"});
  CHECK_THAT(paper.out, Contains("60,965,224") && Contains("724,406,816"));
  CHECK_THAT(paper.out,
             Contains("conv2    conv2d     27x27x256     307,456           223,948,800\n"));
  const json torchvision = parse_json(
      place.fovea({"summary", configs + "/alexnet-torchvision.json", "--batch", "4", "--json"})
          .out);
  CHECK(torchvision["parameters"] == 61100840);
  CHECK(torchvision["macs"] == 714188480);
  CHECK(torchvision["memory_bytes"]["training"]["weights"] >= 4 * 61100840);
}

TEST_CASE("summary tells what a rank sends, and its memory") {
  const Workplace place;
  const std::string paper = FOVEA_CONFIGS "/alexnet-paper.json";
  const auto rank = [&](const std::string& placement, const std::string& ranks) {
    return parse_json(
        place.fovea({"summary", paper, "--ranks", ranks, "--placement", placement, "--json"})
            .out)["rank"];
  };
  const json columns = rank("columns", "2"), hybrid = rank("hybrid", "2"), data = rank("data", "2");
  // Half of what goes into conv3, forward, of what comes out, back, and of its filters; of each
  // linear layer half the input, and all its sums; half the logits.
  const int64_t map = 13 * 13, linear = 9216 + 4096 + 4096;
  CHECK(columns["sent_bytes"]["exchanged"] ==
        128 * 2 * (map * (256 + 384) + 3 * linear + 1000) + 2 * 384 * 9 * 256);
  CHECK(hybrid["sent_bytes"]["exchanged"] == 128 * 2 * (3 * linear + 1000));
  CHECK(columns["sent_bytes"]["gradients"] == 0);
  CHECK(hybrid["sent_bytes"]["gradients"] == 4 * 2334080);  // the convolutions' parameters
  CHECK(data["sent_bytes"]["gradients"] == 4 * 60965232);   // all, and what fills cache lines
  CHECK(columns["memory_bytes"]["weights"] < 0.501 * data["memory_bytes"]["weights"].get<double>());
  CHECK(hybrid["rows"] == 64);
  CHECK_THAT(place.fovea({"summary", paper, "--ranks", "2"}).out, Contains("placement data"));
  const ProgramResult refused =
      place.fovea({"summary", paper, "--ranks", "4", "--placement", "columns"});
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Contains("\"norm1\" (lrn)") && Contains("groups is 2"));
}

TEST_CASE("summary takes configs with changes, models, and files of tensors") {
  const Trained place;
  const auto parameters = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "summary");
    arguments.push_back("--json");
    return parse_json(place.fovea(arguments).out)["parameters"];
  };
  CHECK(parameters({"tiny.json"}) == 60 + 6 * 4 * 4 * 10 + 10);
  CHECK(parameters({"tiny.json", "conv1.out_channels=8"}) == 80 + 8 * 4 * 4 * 10 + 10);
  CHECK(parameters({"run"}) == parameters({"tiny.json"}));
  CHECK(parameters({"tiny.json", "--weights", "run/checkpoints/last.safetensors"}) ==
        parameters({"run"}));
  CHECK(place.fovea({"summary", "run", "epochs=2"}).exit_code == 2);
  const std::string header = R"({"a.b":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}})";
  place.write("t.safetensors", fovea::test::little_endian(static_cast<uint32_t>(header.size()), 4) +
                                   std::string(4, '\0') + header + std::string(12, 'x'));
  CHECK_THAT(place.fovea({"summary", "t.safetensors"}).out,
             Contains("a.b") && Contains("F16 [2,3]"));
}

TEST_CASE("doctor finds this machine in order") {
  const Workplace place;
  const ProgramResult text = place.fovea({"doctor"});
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, Contains("check conv2d") && Contains("simd") && Contains("huge pages"));
  const json doctor_says = parse_json(place.fovea({"doctor", "--json"}).out);
  for (const std::string target : doctor_says["simd_targets"]) {
    const json limited =
        parse_json(place.fovea({"doctor", "--json"}, {"FOVEA_SIMD=" + target}).out);
    CHECK(limited["simd"] == target);
    for (const json& check : limited["checks"]) CHECK(check["passed"] == true);
  }
}
