#include "base/logarithm.h"
#include "tables.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* x, and ln x as the sum of two doubles: worked out to 60 digits by Python's decimal. The least numbers, those about 1
 * and about the borders between two ways of writing x, the greatest, and some by chance. */
static const struct {
    double x, high, low;
} references[] = {
    {0x0.0000000000001p-1022, -0x1.74385446d71c3p+9, -0x1.8e569fa8ee781p-45},
    {0x0.0000000000002p-1022, -0x1.73df9b3adb335p+9, 0x1.837b664e1febcp-47},
    {0x0.0000000003039p-1022, -0x1.6f8270bd2b960p+9, 0x1.dc0d6d4dc5d1dp-46},
    {0x0.012688b70e62bp-1022, -0x1.64e69394d9508p+9, -0x1.35918fe61c196p-47},
    {0x1.0000000000000p-1022, -0x1.6232bdd7abcd2p+9, -0x1.eef3fec1be37fp-46},
    {0x0.fffffffffffffp-1022, -0x1.6232bdd7abcd2p+9, -0x1.f2f3fec1be37fp-46},
    {0x1.0000000000001p-1022, -0x1.6232bdd7abcd2p+9, -0x1.eaf3fec1be37fp-46},
    {0x1.56e1fc2f8f359p-997, -0x1.5963447f87fb5p+9, -0x1.aa670d35324e6p-46},
    {0x1.87e92154ef7acp-665, -0x1.cc845b54b54f2p+8, 0x1.8dc65fe0f133cp-46},
    {0x1.bff2ee48e0530p-333, -0x1.cc845b54b54f2p+7, 0x1.8ed150b29b629p-47},
    {0x1.b7cdfd9d7bdbbp-34, -0x1.7069e2aa2aa5bp+4, 0x1.f0b709e89338fp-52},
    {0x1.999999999999ap-4, -0x1.26bb1bbb55515p+1, -0x1.8b752b6b15c17p-53},
    {0x1.0000000000000p-1, -0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56},
    {0x1.5bf0a8b145769p+1, 0x1.0000000000000p+0, -0x1.ea8556644e4cdp-55},
    {0x1.8000000000000p+1, 0x1.193ea7aad030bp+0, -0x1.a256f99caabebp-54},
    {0x1.4000000000000p+3, 0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53},
    {0x1.9000000000000p+6, 0x1.26bb1bbb55516p+2, -0x1.f48ad494ea3e9p-52},
    {0x1.f400000000000p+9, 0x1.ba18a998fffa0p+2, 0x1.112fc120a0a22p-52},
    {0x1.e848000000000p+19, 0x1.ba18a998fffa0p+3, 0x1.112fc120a0a22p-51},
    {0x1.c6bf526340000p+49, 0x1.144f69ff9ffc4p+5, 0x1.557bb168c8caap-50},
    {0x1.1c37937e08000p+53, 0x1.26bb1bbb55516p+5, -0x1.f48ad494ea3e9p-49},
    {0x1.249ad2594c37dp+332, 0x1.cc845b54b54f2p+7, -0x1.8d863e84d85c7p-47},
    {0x1.4e718d7d7625ap+664, 0x1.cc845b54b54f2p+8, -0x1.8ea480fb30567p-46},
    {0x1.1ccf385ebc8a0p+1023, 0x1.62991d5d62a5ep+9, -0x1.e876db77e7b55p-47},
    {0x1.fffffffffffffp+1023, 0x1.62e42fefa39efp+9, 0x1.a9c9e3b39803fp-46},
    {0x1.ffffffffffffep+1023, 0x1.62e42fefa39efp+9, 0x1.a7c9e3b39803fp-46},
    {0x1.0000000000001p+0, 0x1.fffffffffffffp-53, 0x1.5555555555554p-158},
    {0x1.fffffffffffffp-1, -0x1.0000000000000p-53, -0x1.0000000000000p-107},
    {0x1.0000000000002p+0, 0x1.ffffffffffffep-52, 0x1.5555555555553p-155},
    {0x1.ffffffffffffep-1, -0x1.0000000000001p-52, 0x1.fffffffffffffp-106},
    {0x1.0000000000003p+0, 0x1.7fffffffffffep-51, -0x1.fffffffffffdcp-106},
    {0x1.ffffffffffffdp-1, -0x1.8000000000001p-52, -0x1.0000000000009p-107},
    {0x1.0000000000004p+0, 0x1.ffffffffffffcp-51, 0x1.5555555555551p-152},
    {0x1.ffffffffffffcp-1, -0x1.0000000000001p-51, -0x1.5555555555557p-155},
    {0x1.0000000000005p+0, 0x1.3fffffffffffdp-50, -0x1.fffffffffff59p-106},
    {0x1.ffffffffffffbp-1, -0x1.4000000000002p-51, 0x1.bfffffffffff6p-105},
    {0x1.0000000000006p+0, 0x1.7fffffffffffcp-50, -0x1.fffffffffffb8p-104},
    {0x1.ffffffffffffap-1, -0x1.8000000000002p-51, -0x1.0000000000012p-105},
    {0x1.0000000000007p+0, 0x1.bfffffffffffap-50, -0x1.ffffffffffe37p-106},
    {0x1.ffffffffffff9p-1, -0x1.c000000000003p-51, -0x1.0000000000072p-107},
    {0x1.0000000000008p+0, 0x1.ffffffffffff8p-50, 0x1.555555555554dp-149},
    {0x1.ffffffffffff8p-1, -0x1.0000000000002p-50, -0x1.5555555555559p-152},
    {0x1.0000000000020p+0, 0x1.fffffffffffe0p-48, 0x1.5555555555535p-143},
    {0x1.fffffffffffe0p-1, -0x1.0000000000008p-48, -0x1.5555555555565p-146},
    {0x1.0000000000400p+0, 0x1.ffffffffffc00p-43, 0x1.5555555555155p-128},
    {0x1.ffffffffffc00p-1, -0x1.0000000000100p-43, -0x1.5555555555755p-131},
    {0x1.0000000100000p+0, 0x1.ffffffff00000p-33, 0x1.5555555455555p-98},
    {0x1.ffffffff00000p-1, -0x1.0000000040000p-33, -0x1.55555555d5555p-101},
    {0x1.0000040000000p+0, 0x1.fffffc00000abp-23, -0x1.555d55553bbbcp-77},
    {0x1.fffffc0000000p-1, -0x1.0000010000015p-23, -0x1.5555d55556222p-77},
    {0x1.0010000000000p+0, 0x1.fff000aaa2ab1p-13, 0x1.0bbc04dc4e3dcp-69},
    {0x1.fff0000000000p-1, -0x1.0004001555d56p-13, 0x1.ddd88863f53f6p-67},
    {0x1.0200000000000p+0, 0x1.fe02a6b106789p-8, -0x1.e44b7e3711ebfp-67},
    {0x1.fe00000000000p-1, -0x1.0080559588b35p-8, -0x1.f96638cf63677p-62},
    {0x1.0400000000000p+0, 0x1.fc0a8b0fc03e4p-7, -0x1.83092c59642a1p-62},
    {0x1.fc00000000000p-1, -0x1.010157588de71p-7, -0x1.46662d417ced0p-62},
    {0x1.0800000000000p+0, 0x1.f829b0e783300p-6, 0x1.33e3f04f1ef23p-60},
    {0x1.f800000000000p-1, -0x1.0205658935847p-6, -0x1.27c8e8416e71fp-60},
    {0x1.1000000000000p+0, 0x1.f0a30c01162a6p-5, 0x1.85f325c5bbacdp-59},
    {0x1.f000000000000p-1, -0x1.0415d89e74444p-5, -0x1.c05cf1d753622p-59},
    {0x1.2000000000000p+0, 0x1.e27076e2af2e6p-4, -0x1.61578001e0162p-60},
    {0x1.e000000000000p-1, -0x1.08598b59e3a07p-4, 0x1.dd7009902bf32p-58},
    {0x1.6a09e667f3bcdp+0, 0x1.62e42fefa39f0p-2, 0x1.c2e0e1b1548c2p-56},
    {0x1.6a09e667f3bcep+0, 0x1.62e42fefa39f3p-2, 0x1.133014f0f271fp-56},
    {0x1.6a09e667f3bccp+0, 0x1.62e42fefa39eep-2, -0x1.8d6e518e495a3p-56},
    {0x1.6a09e667f3bcdp-1, -0x1.62e42fefa39eep-2, 0x1.716fdfdbc882ep-60},
    {0x1.6a09e667f3bcep-1, -0x1.62e42fefa39ebp-2, -0x1.31339d854b240p-57},
    {0x1.6a09e667f3bccp-1, -0x1.62e42fefa39f1p-2, 0x1.8d8f957c3d43cp-57},
    {0x1.6a09e667f3bcdp+1, 0x1.0a2b23f3bab74p+0, -0x1.24554ea6c4dc0p-54},
    {0x1.6c00000000000p-1, -0x1.5d5bddf595f30p-2, 0x1.6541148cbb8a2p-56},
    {0x1.6bfffffffffffp-1, -0x1.5d5bddf595f32p-2, -0x1.db72f6b3f8816p-56},
    {0x1.6800000000000p-1, -0x1.68ac83e9c6a14p-2, -0x1.a64eadd740178p-58},
    {0x1.7400000000000p-1, -0x1.4718dc271c41bp-2, -0x1.8fb4c14c56eefp-60},
    {0x1.73fffffffffffp-1, -0x1.4718dc271c41ep-2, 0x1.c888077e5f1c2p-57},
    {0x1.7000000000000p-1, -0x1.522ae0738a3d8p-2, 0x1.8f7e9b38a6979p-57},
    {0x1.9400000000000p-1, -0x1.e530effe71012p-3, -0x1.2276041f43042p-59},
    {0x1.93fffffffffffp-1, -0x1.e530effe71017p-3, -0x1.1f2bccd55578bp-58},
    {0x1.9000000000000p-1, -0x1.f991c6cb3b379p-3, -0x1.f665066f980a2p-57},
    {0x1.bc00000000000p-1, -0x1.23d712a49c202p-3, 0x1.6e38161051d69p-57},
    {0x1.bbfffffffffffp-1, -0x1.23d712a49c206p-3, -0x1.0518a270d55edp-57},
    {0x1.b800000000000p-1, -0x1.365fcb0159016p-3, -0x1.7d411a5b944adp-58},
    {0x1.f400000000000p-1, -0x1.8492528c8cabfp-6, 0x1.d192d0619fa67p-60},
    {0x1.f3fffffffffffp-1, -0x1.8492528c8cadfp-6, -0x1.40dbc72bb03aep-60},
    {0x1.fbfffffffffffp-1, -0x1.010157588deb2p-7, 0x1.58c4d93f01047p-61},
    {0x1.01fffffffffffp+0, 0x1.fe02a6b10668bp-8, -0x1.f029b72b6b2d9p-66},
    {0x1.0600000000000p+0, 0x1.7b91b07d5b11bp-6, -0x1.5b602ace3a510p-60},
    {0x1.05fffffffffffp+0, 0x1.7b91b07d5b0dcp-6, 0x1.02e5c5bf64394p-61},
    {0x1.0a00000000000p+0, 0x1.39e87b9febd60p-5, -0x1.5bfa937f551bbp-59},
    {0x1.09fffffffffffp+0, 0x1.39e87b9febd41p-5, -0x1.1832bf0e1042ap-60},
    {0x1.1a00000000000p+0, 0x1.8c345d6319b21p-4, -0x1.4a697ab3424a9p-61},
    {0x1.19fffffffffffp+0, 0x1.8c345d6319b12p-4, 0x1.bd47b1cc16ccap-58},
    {0x1.1800000000000p+0, 0x1.6f0d28ae56b4cp-4, -0x1.906d99184b992p-58},
    {0x1.3600000000000p+0, 0x1.87fa06520c911p-3, -0x1.bf7fdbfa08d9ap-57},
    {0x1.35fffffffffffp+0, 0x1.87fa06520c90ap-3, -0x1.640c16511a3a9p-60},
    {0x1.3400000000000p+0, 0x1.7ab890210d909p-3, 0x1.be36b2d6a0608p-59},
    {0x1.5600000000000p+0, 0x1.2895a13de86a3p-2, 0x1.7ad24c13f040ep-56},
    {0x1.55fffffffffffp+0, 0x1.2895a13de86a0p-2, 0x1.80cf4d9330a07p-56},
    {0x1.5400000000000p+0, 0x1.22941fbcf7966p-2, -0x1.76f5eb09628afp-56},
    {0x1.6a00000000000p+0, 0x1.62c82f2b9c795p-2, 0x1.7b7af915300e5p-57},
    {0x1.69fffffffffffp+0, 0x1.62c82f2b9c792p-2, 0x1.6d1f13e0debecp-56},
    {0x1.6800000000000p+0, 0x1.5d1bdbf5809cap-2, 0x1.4236383dc7fe1p-56},
    {0x1.ddc71807d66f4p-1, -0x1.1b5b7b97df4abp-4, -0x1.7cd9c9519869cp-58},
    {0x1.9e0250693bc47p-1, -0x1.b31212ead741fp-3, -0x1.248379d63bf70p-58},
    {0x1.2b2e2458270b8p+0, 0x1.3f381f505d5b8p-3, 0x1.c1c75846b562bp-64},
    {0x1.811a587ce262bp-1, -0x1.23a649619d5a3p-2, 0x1.484571383e948p-56},
    {0x1.15f9490ef8006p+0, 0x1.514d842e62ffbp-4, -0x1.28b6ea5055b8bp-58},
    {0x1.ed3522ce0e0c0p-1, -0x1.3255fe6b0a69ep-5, -0x1.a16bf57617ef6p-59},
    {0x1.7bc7dd80f58bbp-1, -0x1.31e66dff3bdafp-2, 0x1.adde7cf2e5656p-56},
    {0x1.10bb059bfc94dp+0, 0x1.034e13f9aabadp-4, 0x1.f96a977e4c8e4p-58},
    {0x1.7438ef2ceba28p-1, -0x1.467c2f3a5d012p-2, -0x1.8019d8c5b5aefp-57},
    {0x1.03212ba85accbp+0, 0x1.8e280f8d5cefdp-7, -0x1.399a7630ca6f0p-62},
    {0x1.8026c8ec5ea7fp-1, -0x1.262eb92b172e8p-2, -0x1.e6cc78085145dp-56},
    {0x1.87d7276b4ff01p-1, -0x1.11e3a0d85a83bp-2, 0x1.bf86a757408bfp-56},
    {0x1.0172874b9a168p+0, 0x1.717c2790ea2bap-8, -0x1.e7a61b6fa901bp-64},
    {0x1.4b9afa6bbf806p+0, 0x1.08fa88e053d2ap-2, 0x1.00b25e6e4558dp-57},
    {0x1.9409d1a16b21ap-1, -0x1.e4ff2a3be8a36p-3, 0x1.3ee93e2b8ae63p-58},
    {0x1.b8b1df318a0bcp-1, -0x1.3324888b7e169p-3, 0x1.f6c233ad4cbc5p-58},
    {0x1.26d936be127eep+0, 0x1.21599b3fd08dbp-3, 0x1.8da5e5938352ap-61},
    {0x1.61e1b7e543eacp+0, 0x1.4b8e5d6d88913p-2, 0x1.6702708c5949bp-58},
    {0x1.1d92556487e76p+0, 0x1.bfc1800a459bbp-4, 0x1.64e979e9942a2p-58},
    {0x1.f8a1ddc4d856dp-1, -0x1.daf582e0f814ap-7, -0x1.ad8dc44c76dabp-62},
    {0x1.6724b1fff9460p+0, 0x1.5aab50da853cbp-2, -0x1.bf6458bb93840p-57},
    {0x1.77927e47bb2a8p-1, -0x1.3d4f8e103839ap-2, -0x1.7e3ca0053527fp-56},
    {0x1.516ed2f3b5564p+0, 0x1.1ad15ad359b83p-2, -0x1.95c808e701c2ap-56},
    {0x1.d1295c79b6c3ep-1, -0x1.88f832315f6b4p-4, -0x1.533fe6b99e535p-61},
    {0x1.9b9404846f4f6p-1, -0x1.bf217e2adfb9fp-3, 0x1.cb82b1462440ap-57},
    {0x1.91d2ab95300d4p-1, -0x1.f041da5959e52p-3, -0x1.833bad8227236p-57},
    {0x1.d81e65b889623p-1, -0x1.4c2954cdab072p-4, 0x1.df1a366f1dfa2p-60},
    {0x1.49a0df82e9d0cp+0, 0x1.02db0034fe5c5p-2, -0x1.2dbe8b05990e4p-57},
    {0x1.a905e189de6a2p-1, -0x1.7d4cad107568ap-3, -0x1.45dd600ad415bp-57},
    {0x1.1e6689ee70c7dp+0, 0x1.cba0c90683b7cp-4, 0x1.f0a300348a669p-58},
    {0x1.28f6eb7a16ab2p+0, 0x1.2ffed3905d026p-3, -0x1.f4155f55085b9p-60},
    {0x1.efae3dc70cb2ap-1, -0x1.095c9e36b6c7ep-5, 0x1.c0b52fb0ece58p-59},
    {0x1.182906cb497aep+0, 0x1.7165259a45676p-4, 0x1.912f59cb66843p-59},
    {0x1.7d8be93dd8996p-1, -0x1.2d26681209b54p-2, -0x1.01a78c9ca0ff8p-56},
    {0x1.7c5f1273905fcp-1, -0x1.304f0c6b8abbbp-2, -0x1.bdc2c35ec1cdfp-57},
    {0x1.b2531a4a1324cp-1, -0x1.50f65cb2f59c3p-3, -0x1.25adfe47518eep-57},
    {0x1.309c7faaf8889p+0, 0x1.641046a182debp-3, -0x1.f17605eb41a2bp-57},
    {0x1.0203894cc98fdp+0, 0x1.00c274611988bp-7, 0x1.febd23be3f23cp-62},
    {0x1.da350be75ffbap-1, -0x1.3a150f6d35d55p-4, 0x1.cf84279c1014dp-62},
    {0x1.1f2179a9c18f1p+0, 0x1.d60ee1de69df9p-4, 0x1.f1488c5d60ae3p-58},
    {0x1.7403e42b92152p-409, -0x1.1b1f99bc7a68dp+8, -0x1.ed1ca3a930667p-47},
    {0x1.3f98e2796b8e8p-654, -0x1.c518abd6dd66bp+8, -0x1.b83c9c5a9421ap-46},
    {0x1.b2f14c98f45d4p-523, -0x1.69fc667d52eb1p+8, 0x1.7ac4c45a8b9b9p-49},
    {0x1.14f4733261addp-408, -0x1.1ab9b20314ddbp+8, -0x1.52b7940f0d355p-46},
    {0x1.8673472fd7fe4p+770, 0x1.0b129e2e39c65p+9, 0x1.f4ef76ca56ba6p-47},
    {0x1.57ee05d7579dap-103, -0x1.1c6545ec00adbp+6, -0x1.ce9498991949ap-49},
    {0x1.49b64a137c97ap+985, 0x1.558062ccfc620p+9, 0x1.76dee5b8a2219p-46},
    {0x1.12bd4ac3c731ep+26, 0x1.217ac44767abap+4, -0x1.145368a6ca713p-53},
    {0x1.6b0a18e5475eap+528, 0x1.6e54bf63c85b1p+8, -0x1.4068449d2a492p-46},
    {0x1.5790f824dd0eap+889, 0x1.3440430c43c20p+9, 0x1.f820b171847d7p-46},
    {0x1.7d2caf8d7e8d8p-942, -0x1.4645f5d01c977p+9, -0x1.6be7a9ff9e8bbp-49},
    {0x1.f646e1f562064p-864, -0x1.2b1a43a9c5bf1p+9, -0x1.0bae0c60a0561p-46},
    {0x1.c3baea91dbc1ap+151, 0x1.a4eeba1998493p+6, -0x1.fee448f274cc3p-48},
    {0x1.ca02135c03ea0p+653, 0x1.c534f20c18b7dp+8, 0x1.b6df074a4a451p-47},
    {0x1.5051c1cae2484p+401, 0x1.16399340cdab3p+8, 0x1.aa5b9cada0366p-47},
    {0x1.59a54a7305140p-5, -0x1.952f13beddf38p+1, -0x1.3c2063819d7c3p-53},
    {0x1.947403198023ap-88, -0x1.e45116544726fp+5, -0x1.a21c7b05a956cp-53},
    {0x1.119a72dae1042p-831, -0x1.1ff82ac4b5469p+9, 0x1.7f8b354f7d0e0p-48},
    {0x1.f1d69ec8a357bp-52, -0x1.1b07480bf2c97p+5, -0x1.9d66b792ccd56p-51},
    {0x1.b271595540bc2p-889, -0x1.33d6e80df5d4cp+9, -0x1.e7eacc9900014p-48},
    {0x1.0f88081765a84p+414, 0x1.1f0596d8e41e9p+8, -0x1.be4cb65edab95p-46},
    {0x1.4f426dd4b5479p+161, 0x1.bf7737b5766d9p+6, -0x1.029aac8998c25p-48},
    {0x1.fe3b8915ccb1ep+661, 0x1.cadc275b31e4ep+8, 0x1.b3a70356e52d1p-49},
    {0x1.721583691b681p+445, 0x1.34d1ad2160c7dp+8, 0x1.2796e5c6e6129p-46},
    {0x1.62c33a5c62a25p+347, 0x1.e1b25a05d50b9p+7, 0x1.c366c5125d2e4p-49},
    {0x1.58d55620b8d5ep+904, 0x1.3973935ffa382p+9, 0x1.8234f7c06b79bp-45},
    {0x1.7631a98b5ff64p-678, -0x1.d592fe36dd0f0p+8, 0x1.ae0f737b12768p-48},
    {0x1.9c653923bf3fap-11, -0x1.c975c81e43e35p+2, 0x1.6877927466490p-53},
    {0x1.0f17a306fb8eep+551, 0x1.7dfb3b9f4a46dp+8, -0x1.908a1f6089b14p-46},
    {0x1.49952384238e2p+490, 0x1.53e50f833b8c3p+8, -0x1.4f8ba14fa8db7p-48},
    {0x1.3f63af8cbb93ep-222, -0x1.33509c0a2d471p+7, -0x1.c93633c2f98eap-48},
    {0x1.eab477dbe2b05p-6, -0x1.c10d454bb608ep+1, -0x1.45bbddf3759aap-56},
    {0x1.14a0f9e552df6p-103, -0x1.1d4442a3b5b8fp+6, -0x1.8f474b0968fd8p-48},
    {0x1.66d2287195030p-453, -0x1.39a8747160b55p+8, 0x1.766d74128f658p-49},
    {0x1.e225714461b2ep+655, 0x1.c6a4fc3452135p+8, -0x1.1070acb0306a6p-46},
    {0x1.6e36aabba5c2cp+104, 0x1.21c808c4965a9p+6, 0x1.e55985a68630dp-52},
    {0x1.47469a569acd4p-172, -0x1.dbe71b1769107p+6, -0x1.6a9037c1a6f05p-48},
    {0x1.fc891b4b7b0dap+376, 0x1.054f4857c9715p+8, -0x1.d275a59595ec7p-46},
    {0x1.e25a760c2c934p+939, 0x1.45bfd578253e6p+9, 0x1.91d50bf74f402p-46},
    {0x1.3b1287e4d4581p-853, -0x1.27860179edc41p+9, 0x1.95cdabef0537bp-45},
    {0x1.fd58fab773702p-1, -0x1.54648dba3d710p-8, 0x1.0bf953f3bd654p-63},
    {0x1.fdcddf704a528p-1, -0x1.19ab0385d6768p-8, 0x1.0ce4a8d7e409ap-63},
    {0x1.fdd0c3e6698ffp-1, -0x1.18373149abc33p-8, 0x1.0e41971acf1bdp-62},
    {0x1.ffe076ed65215p-1, -0x1.f8a0b440e3923p-13, 0x1.ab0d764ecaa4bp-67},
    {0x1.005d73e88a969p+0, 0x1.758b77e9c92d2p-10, -0x1.bed2c46601e6cp-67},
    {0x1.fe0e718fa6110p-1, -0x1.f280d004be7aep-9, 0x1.e1b9c1ab80be6p-65},
    {0x1.fbf00247d444bp-1, -0x1.0508e499fe21ep-7, -0x1.bd7380e7a7d12p-65},
    {0x1.ff5604bbf07dep-1, -0x1.542f037ae4e55p-10, 0x1.9158de3d7e766p-65},
    {0x1.feedce0be3715p-1, -0x1.127b7a1bb9ff8p-9, -0x1.a4d4e65a0585ap-65},
    {0x1.004590562ddb7p+0, 0x1.161b914fa26f7p-10, -0x1.522696cd7bbe8p-65},
    {0x1.01db1b8c5a2d3p+0, 0x1.d964cb41f8e23p-8, -0x1.bf8b12be432d2p-65},
    {0x1.00c7bf40709e1p+0, 0x1.8ee2f6df3d086p-9, -0x1.3266267c79bbcp-64},
    {0x1.00103e732cad0p+0, 0x1.03def4370affap-12, -0x1.597af5982e71ap-66},
    {0x1.007b4e1035147p+0, 0x1.ecc19eb41533ep-10, -0x1.7bc5809c46ad2p-66},
    {0x1.00b8c259777e4p+0, 0x1.70ff9b007b405p-9, -0x1.19b4d9cd288d1p-63},
    {0x1.fc58a7c200ec2p-1, -0x1.d55958c67e644p-8, 0x1.d6f930720e214p-62},
    {0x1.01a2f0d363d33p+0, 0x1.a19b7bed637ccp-8, 0x1.bc6d2e7741481p-65},
    {0x1.012591bce7430p+0, 0x1.24e9e9b1db9a7p-8, -0x1.9d21929d5d4f9p-62},
    {0x1.0188b49e0b616p+0, 0x1.87889be1e19f9p-8, 0x1.fd9aa328db7dap-62},
    {0x1.013857b505b89p+0, 0x1.3799c48135eb1p-8, 0x1.480e4a4927283p-62},
};

/* One unit in the last place of a normal number. */
static double unit_of(double x) {
    int exponent;
    frexp(x, &exponent);
    return ldexp(1, exponent - DBL_MANT_DIG);
}

static void a_logarithm_is_within_a_unit_in_the_last_place(void **state) {
    (void)state;
    double worst = 0;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        const double got = crmvi_log(references[i].x);
        const double error = fabs((got - references[i].high) - references[i].low) / unit_of(references[i].high);
        worst = error > worst ? error : worst;
    }
    assert_true(worst < 0.51); /* which is the nearest double but where two are almost equally near */
}

static void what_has_no_logarithm_is_no_number(void **state) {
    (void)state;
    assert_true(isnan(crmvi_log(-1)));
    assert_true(isnan(crmvi_log(-5e-324)));
    assert_true(isnan(crmvi_log(-INFINITY)));
    assert_true(isnan(crmvi_log(NAN)));
}

static void the_ends_are_infinite_and_one_is_zero(void **state) {
    (void)state;
    assert_true(crmvi_log(0) == -INFINITY);
    assert_true(crmvi_log(-0.0) == -INFINITY);
    assert_true(crmvi_log(INFINITY) == INFINITY);
    const double zero = crmvi_log(1);
    assert_true(zero == 0 && !signbit(zero));
}

/* Where two doubles follow each other by less than their logarithms can show, the lower one's may not be higher. */
static void logarithms_do_not_descend(void **state) {
    (void)state;
    static const double starts[] = {5e-324, 0x1p-1022, 0.0625,   0.70, 0.7071067, 0.9921874, 0.9999999,
                                    1,      1.0078124, 1.414213, 2,    1e10,      1e300};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
        double x = starts[s];
        double before = crmvi_log(x);
        for (int32_t i = 0; i < 20000; i++) {
            x = s % 2 == 0 ? nextafter(x, INFINITY) : x * (1 + 0x1p-38);
            const double now = crmvi_log(x);
            assert_true(now >= before);
            before = now;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logarithm_is_within_a_unit_in_the_last_place),
        cmocka_unit_test(what_has_no_logarithm_is_no_number),
        cmocka_unit_test(the_ends_are_infinite_and_one_is_zero),
        cmocka_unit_test(logarithms_do_not_descend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
