// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/known_products.h"

#include <ATen/ATen.h>

namespace mnemo {

void KnownProducts::begin(const std::vector<RunId>& leading, std::int64_t rows)
{
    if (leading == m_leading)
        return;
    clear();
    m_leading = leading;
    m_rows = rows;
}

void KnownProducts::clear()
{
    m_products.clear();
    m_used = 0;
    m_leading.clear();
    m_rows = 0;
}

at::Tensor KnownProducts::find(const std::string& matrix, int layer) const
{
    const auto found = m_products.find({layer, matrix});
    return found == m_products.end() ? at::Tensor() : found->second;
}

void KnownProducts::keep(const std::string& matrix, int layer, const at::Tensor& y_NO)
{
    const std::int64_t bytes = y_NO.numel() * y_NO.element_size();
    if (bytes == 0 || m_used + bytes > m_room)
        return;
    m_products[{layer, matrix}] = y_NO.clone();
    m_used += bytes;
}

}  // namespace mnemo
