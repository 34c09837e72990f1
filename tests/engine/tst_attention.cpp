// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, d head width.
#include "tests/support/packed_input.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/attention.h"
#include "core/engine/rotary.h"

#include <QTest>
#include <cmath>

using namespace mnemo;
using namespace mnemo::test;

namespace {

at::Tensor randomHeads(const Rows& rows, std::int64_t heads, std::int64_t width, at::ScalarType type)
{
    return randomTensor({rows.size(), heads, 3 * width}, 7).to(type);
}

}  // namespace

class TestAttention : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_kernel_and_the_groups_are_the_definition_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("width");
        QTest::newRow("small") << 5 << 2 << 4;
        QTest::newRow("no whole vectors") << 6 << 3 << 21;
        QTest::newRow("pythia's width") << 9 << 2 << 64;
        QTest::newRow("long") << 70 << 1 << 16;
    }

    void the_kernel_and_the_groups_are_the_definition()
    {
        QFETCH(int, length);
        QFETCH(int, heads);
        QFETCH(int, width);
        const at::NoGradGuard noGrad;
        const Rows rows = nestedRows(length);
        Taps tap(rows, {}, [] {});
        for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
            PackedHeads packed(rows, heads, width, 7);
            const at::Tensor qkv = packed.qkv_XH3d.to(type);
            packed.qkv_XH3d = qkv.to(at::kDouble);
            const at::Tensor wanted = packed.expected_XHd();
            const double most = type == at::kDouble ? 1e-12 : 4e-6;
            QVERIFY(worst(attendByRows(rows, qkv, [] {}), wanted) < most);
            QVERIFY(worst(attendByGroups(rows, qkv, tap, 0), wanted) < most);
        }
    }

    void large_logits_do_not_overflow()
    {
        const at::NoGradGuard noGrad;
        const Rows rows = nestedRows(6);
        PackedHeads packed(rows, 2, 16, 7);
        const at::Tensor qkv = packed.qkv_XH3d.to(at::kFloat) * 100;
        packed.qkv_XH3d = qkv.to(at::kDouble);
        const at::Tensor out = attendByRows(rows, qkv, [] {});
        QVERIFY(out.isfinite().all().item<bool>());
        QVERIFY(worst(out, packed.expected_XHd()) < 1e-1);  // values reach some 300
    }

    void turning_in_place_is_turning()
    {
        const at::NoGradGuard noGrad;
        const Rows rows = nestedRows(9);
        const at::Tensor frequencies = rotaryFrequencies(8, 10000);
        for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
            const at::Tensor qkv = randomHeads(rows, 3, 20, type);
            const at::Tensor wanted = rotateByOperations(rows, qkv, frequencies);
            QVERIFY(worst(wanted, qkv) > 0.1);  // or nothing was turned
            const at::Tensor turned = rotateQueriesAndKeys(rows, qkv.clone(), frequencies);
            QVERIFY(worst(turned, wanted) < (type == at::kDouble ? 1e-14 : 1e-6));
            QVERIFY(at::equal(turned.narrow(2, 8, 12), qkv.narrow(2, 8, 12)));  // the rest of q
            QVERIFY(at::equal(turned.narrow(2, 40, 20), qkv.narrow(2, 40, 20)));
        }
    }

    void turning_keeps_the_products_of_equal_distances()  // what the embedding is for (Su et al. 2021, §3.2)
    {
        const at::NoGradGuard noGrad;
        const Rows rows = nestedRows(9);
        const at::Tensor same = randomHeads(rows, 1, 8, at::kDouble)[0].expand({rows.size(), 1, 24});
        const at::Tensor turned = rotateQueriesAndKeys(rows, same.clone(), rotaryFrequencies(8, 10000));
        const auto product = [&](int query, int key) {
            return at::dot(turned[rows.rowOf(1, query)][0].narrow(0, 0, 8),
                           turned[rows.rowOf(1, key)][0].narrow(0, 8, 8))
                .item<double>();
        };
        QVERIFY(std::abs(product(5, 2) - product(8, 5)) < 1e-12);
        QVERIFY(std::abs(product(5, 2) - product(5, 4)) > 1e-6);
    }

    void a_stop_is_heard_between_blocks_of_rows()
    {
        const at::NoGradGuard noGrad;
        const Rows rows = nestedRows(400);
        const at::Tensor qkv = randomHeads(rows, 4, 64, at::kFloat);
        int asked = 0;
        attendByRows(rows, qkv, [&] { ++asked; });
        QVERIFY(asked >= 2);
        const auto stop = [] { throw std::runtime_error("stop"); };
        QVERIFY_EXCEPTION_THROWN(attendByRows(rows, qkv, stop), std::runtime_error);
    }
};

QTEST_MAIN(TestAttention)
#include "tst_attention.moc"
