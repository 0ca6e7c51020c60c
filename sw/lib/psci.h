/* SPDX-License-Identifier: MIT */
/**
 * PSCI function identifiers and results (DEN 0022). Numbers only: the host calls hyp.h's psci_*()
 * functions, which use HVC under nVHE (the hypervisor brings secondaries up through EL2) and SMC
 * under VHE; guests use HVC to their host.
 */
#ifndef SL_LIB_PSCI_H
#define SL_LIB_PSCI_H

#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES 0x8400000au
#define PSCI_CPU_ON 0xc4000003u
#define PSCI_AFFINITY_INFO 0xc4000004u

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED (-3)
#define PSCI_ALREADY_ON (-4)
#define PSCI_ON_PENDING (-5)
#define PSCI_INTERNAL_FAILURE (-6)

#endif /* SL_LIB_PSCI_H */
