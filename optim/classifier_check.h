// SPDX-License-Identifier: Apache-2.0
// Whether a net classifies pictures.
#pragma once

#include <fovea/layers/net.h>

namespace fovea {

// (h, w, c) of the pictures that a net takes. Throws DataError when it takes none, or does not put
// out one number for each class.
Shape image_of_classifier(const Net& net);

}  // namespace fovea
