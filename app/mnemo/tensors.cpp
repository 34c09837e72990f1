// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/tensors.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <string>

#include "core/engine/device.h"

namespace mnemo {

void prepareTensors(int threads, bool tf32)
{
    keepFreedMemory();
    allowTf32(tf32);
    if (threads > 0)
        at::set_num_threads(threads);
}

std::optional<Error> tensorError(const std::exception& e)
{
    const auto* error = dynamic_cast<const c10::Error*>(&e);
    if (!error)
        return {};
    const std::string text = error->what_without_backtrace();
    if (isOutOfMemory(e))
        return Error{ErrorCode::OutOfMemory, "There is not enough memory: " + text,
                     "Use bf16 weights, fewer sites or a shorter prompt."};
    return Error{ErrorCode::Internal, text, "Report it with the command line that led here."};
}

}  // namespace mnemo
