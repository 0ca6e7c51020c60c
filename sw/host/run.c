/* SPDX-License-Identifier: MIT */
/* The run loop of a vCPU, in the order of KVM's (kvm_arch_vcpu_ioctl_run). */

#include "arch.h"
#include "gic.h"
#include "hyp.h"
#include "irq.h"
#include "machine.h"
#include "mark.h"
#include "memory.h"

/** vGIC state that a load must give to the physical Redistributor: who deactivates the timer. */
static void timer_load(struct pe *pe, struct virtual_cpu *vcpu)
{
    const struct vgic_irq *irq = &vcpu->vm->vgic.cpu[vcpu->index].irq[LAYOUT_PPI_CNTV];

    gic_set_active(pe, LAYOUT_PPI_CNTV, irq->line || irq->active);
}

static void load(struct pe *pe, struct virtual_cpu *vcpu)
{
    SL_PHASE("host-load-vcpu");
    timer_load(pe, vcpu);
    vcpu_load(pe->cpu, &vcpu->vcpu);
    pe->loaded = vcpu;
}

static void put(struct pe *pe, struct virtual_cpu *vcpu)
{
    SL_PHASE("host-put-vcpu");
    pe->loaded = NULL;
    vcpu_put(pe->cpu, &vcpu->vcpu);
}

void vcpu_give_way(struct virtual_cpu *vcpu)
{
    struct pe *pe = pe_self();

    put(pe, vcpu);
    SL_PHASE("host-schedule");
    thread_yield();
    load(pe, vcpu);
}

bool vcpu_timer_fired(struct pe *pe)
{
    struct virtual_cpu *vcpu = pe->loaded;

    if (vcpu == NULL) {
        return false;
    }
    spin_lock(&vcpu->vm->lock);
    vgic_set_line(&vcpu->vm->vgic, vcpu->index, LAYOUT_PPI_CNTV, true);
    spin_unlock(&vcpu->vm->lock);
    return true;
}

/** Interrupts for the guest into list registers; from here on others must kick this PE. */
static void vgic_before(struct pe *pe, struct virtual_cpu *vcpu)
{
    struct vgic_cpu_interface *interface = &vcpu->vcpu.vgic;
    struct machine *vm = vcpu->vm;
    struct vgic_cpu *state = &vm->vgic.cpu[vcpu->index];

    spin_lock(&vm->lock);
    vcpu->in_guest = pe;
    vgic_flush(&vm->vgic, vcpu->index, pe->cpu->list_registers);
    interface->used_lrs = state->used;
    for (unsigned int i = 0; i < state->used; i++) {
        interface->lr[i] = state->lr[i];
    }
    interface->hcr = FIELD(ICH_HCR_EL2, En, 1) | FIELD(ICH_HCR_EL2, UIE, state->underflow);
    spin_unlock(&vm->lock);
}

static void vgic_after(struct virtual_cpu *vcpu)
{
    const struct vgic_cpu_interface *interface = &vcpu->vcpu.vgic;
    struct machine *vm = vcpu->vm;
    struct vgic_cpu *state = &vm->vgic.cpu[vcpu->index];

    spin_lock(&vm->lock);
    vcpu->in_guest = NULL;
    for (unsigned int i = 0; i < state->used; i++) {
        state->lr[i] = interface->lr[i];
    }
    vgic_sync(&vm->vgic, vcpu->index);
    spin_unlock(&vm->lock);
}

/** One KVM_RUN: until the user program has something to do. Interrupts are masked. */
static enum vmm_reason run(struct virtual_cpu *vcpu)
{
    struct pe *pe = pe_self();
    enum vmm_reason reason = VMM_MMIO;

    if (vcpu->mmio_pending) {
        vcpu->mmio.value = vcpu->shared->value;
        if (!vcpu->mmio.is_write) {
            vcpu_set(&vcpu->vcpu, vcpu->mmio.reg, mmio_extend(&vcpu->mmio));
        }
        vcpu->mmio_pending = false;
    }
    load(pe, vcpu);
    for (;;) {
        int64_t exit = 0;

        SL_PHASE("host-vgic-flush");
        vgic_before(pe, vcpu);
        SL_PHASE("host-enter");
        exit = vcpu_run(pe->cpu, &vcpu->vcpu);
        SL_PHASE("host-vgic-sync");
        vgic_after(vcpu);
        SL_PHASE("host-exit");
        if (exit == VCPU_EXIT_IRQ) {
            vcpu->exits[EXIT_IRQ]++;
            irq_window();
            continue;
        }
        if (!exit_handle(vcpu, exit)) {
            break;
        }
    }
    if (vcpu->done) {
        vcpu->shared->value = vcpu->error;
        reason = VMM_DONE;
    } else if (!vcpu->mmio_pending) {
        reason = VMM_ERROR;
    }
    put(pe, vcpu);
    return reason;
}

uint64_t vcpu_enter_user(struct virtual_cpu *vcpu, uint64_t *kernel_stack)
{
    const unsigned int slot = (unsigned int)(vcpu->vm - machines) * VM_CPUS + vcpu->index;

    return user_enter(LAYOUT_USER_VA, slot, USER_STACK_TOP(slot), kernel_stack);
}

void syscall_handle(struct frame *frame)
{
    struct thread *thread = pe_self()->current;
    const uint64_t esr = sysreg_read(ESR_EL1);

    if (FIELD_GET(ESR_EL1, EC, esr) != 0x15) { /* SVC from AArch64 */
        panic("user program: ESR %lx ELR %lx FAR %lx", esr, frame->elr, sysreg_read(FAR_EL1));
    }
    switch (frame->x[8]) {
    case SYS_RUN:
        frame->x[0] = run(thread->vcpu);
        break;
    case SYS_EXIT:
        user_leave(frame->x[0], thread->user_stack);
    default:
        panic("user program: system call %lu", frame->x[8]);
    }
}
