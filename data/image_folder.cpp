// SPDX-License-Identifier: Apache-2.0
// Lists folders of class folders.
#include "folder_listing.h"

#include <fovea/core/error.h>
#include <fovea/core/utf8.h>
#include <fovea/data/sample_list.h>

#include <algorithm>
#include <utility>

namespace fovea {

namespace {

using detail::FolderListing;
using detail::NameKind;

std::string below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

// The folders of one class. One that leads back into itself through a link is not entered again.
class ClassWalk {
 public:
  explicit ClassWalk(const std::string& root) : root_(root) {}

  // `name`: the path below the root.
  void walk(const std::string& name) {
    FolderListing listing = detail::list_folder(name.empty() ? root_ : root_ + "/" + name);
    const std::pair<uint64_t, uint64_t> identity = {listing.device, listing.inode};
    if (std::find(above_.begin(), above_.end(), identity) != above_.end()) return;
    above_.push_back(identity);
    for (const std::string& folder : listing.folders) {
      if (folder.starts_with('.')) {
        skipped_.hidden++;
      } else {
        walk(below(name, folder));
      }
    }
    above_.pop_back();
    std::erase_if(listing.files, [&](const std::string& file) { return !takes(file); });
    if (!listing.files.empty()) folders_.emplace_back(name, std::move(listing.files));
  }

  // Folders by their whole paths: "a b" comes before "a/b". Throws DataError when there is none.
  void add_to(SampleList& list, int32_t label, const std::string& folder) {
    if (folders_.empty()) {
      const std::string skipped = skipped_.to_string();
      throw DataError(folder + ": holds no picture (jpg, jpeg, png, bmp, ppm or pgm)" +
                      (skipped.empty() ? "" : ", but " + skipped) +
                      "; remove this folder, or put pictures into it");
    }
    std::sort(folders_.begin(), folders_.end());
    for (const auto& [name, files] : folders_) {
      for (const std::string& file : files) list.add(below(name, file), label);
    }
    list.skipped += skipped_;
  }

 private:
  bool takes(const std::string& file) {
    const NameKind kind = detail::name_kind(file);
    if (file.starts_with('.')) {
      skipped_.hidden++;
    } else if (kind == NameKind::other) {
      skipped_.other++;
    } else if (kind == NameKind::unsupported_picture) {
      skipped_.unsupported++;
    } else {
      return true;
    }
    return false;
  }

  const std::string& root_;
  SkippedFiles skipped_;
  std::vector<std::pair<uint64_t, uint64_t>> above_;  // the folders that this one is in
  std::vector<std::pair<std::string, std::vector<std::string>>> folders_;
};

void count_files_outside(const FolderListing& listing, SkippedFiles& skipped) {
  for (const std::string& file : listing.files) {
    if (file.starts_with('.')) {
      skipped.hidden++;
    } else if (detail::name_kind(file) == NameKind::other) {
      skipped.other++;
    } else {
      skipped.outside++;
    }
  }
}

void check_classes(const std::string& root, const std::vector<std::string>& classes) {
  if (classes.empty()) {
    throw DataError(root +
                    ": holds no folders; a folder of pictures for each class is wanted, such as " +
                    root + "/cat and " + root + "/dog");
  }
  for (const std::string& name : classes) {
    if (!is_utf8(name))
      throw DataError(root + ": the folder \"" + name + "\" has a name that is not UTF-8");
  }
  const auto is_split = [](const std::string& name) {
    return name == "train" || name == "val" || name == "test" || name == "valid" ||
           name == "validation";
  };
  if (std::all_of(classes.begin(), classes.end(), is_split)) {
    throw DataError(
        root + ": holds " + classes.front() + (classes.size() > 1 ? " and " + classes.back() : "") +
        ", which are no classes; give the path of each, such as " + root + "/" + classes.front());
  }
}

}  // namespace

SampleList list_image_folder(const std::string& root) {
  SampleList list;
  list.root = root;
  FolderListing listing = detail::list_folder(root);
  list.skipped.hidden =
      std::erase_if(listing.folders, [](const auto& name) { return name.starts_with('.'); });
  count_files_outside(listing, list.skipped);
  check_classes(root, listing.folders);
  list.classes = std::move(listing.folders);
  for (size_t c = 0; c < list.classes.size(); c++) {
    ClassWalk walk(root);
    walk.walk(list.classes[c]);
    walk.add_to(list, static_cast<int32_t>(c), root + "/" + list.classes[c]);
  }
  return list;
}

SampleList list_pictures(const std::string& folder) {
  SampleList list;
  list.root = folder;
  ClassWalk walk(folder);
  walk.walk("");
  walk.add_to(list, 0, folder);
  return list;
}

}  // namespace fovea
