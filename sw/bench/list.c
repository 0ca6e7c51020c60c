/* SPDX-License-Identifier: MIT */
/* Linked list: builds one in shuffled order, merge-sorts it, searches and reverses it. */

#include <stddef.h>

#include "bench.h"

enum { NODES = 256, SEARCHES = 24 };

struct node {
    struct node *next;
    uint32_t key;
    uint32_t value;
};

static struct node nodes[NODES];

static struct node *merge(struct node *a, struct node *b)
{
    struct node head;
    struct node *last = &head;

    while (a != NULL && b != NULL) {
        if (a->key <= b->key) {
            last->next = a;
            a = a->next;
        } else {
            last->next = b;
            b = b->next;
        }
        last = last->next;
    }
    last->next = a != NULL ? a : b;
    return head.next;
}

/** Bottom-up merge sort: `run[i]` is empty or a sorted list of 2^i nodes. */
static struct node *sort(struct node *list)
{
    struct node *run[16] = {NULL};
    struct node *sorted = NULL;

    while (list != NULL) {
        struct node *one = list;
        unsigned int i = 0;

        list = list->next;
        one->next = NULL;
        for (; run[i] != NULL; i++) {
            one = merge(run[i], one);
            run[i] = NULL;
        }
        run[i] = one;
    }
    for (unsigned int i = 0; i < 16; i++) {
        if (run[i] != NULL) {
            sorted = merge(run[i], sorted);
        }
    }
    return sorted;
}

static const struct node *find(const struct node *list, uint32_t key)
{
    while (list != NULL && list->key < key) {
        list = list->next;
    }
    return list;
}

static struct node *reverse(struct node *list)
{
    struct node *reversed = NULL;

    while (list != NULL) {
        struct node *next = list->next;

        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

uint32_t list_work(uint32_t seed)
{
    uint32_t random = seed | 1;
    uint32_t sum = 0;
    struct node *list = NULL;

    for (unsigned int i = 0; i < NODES; i++) {
        struct node *node = &nodes[(i * 101) % NODES];

        node->key = next_random(&random);
        node->value = i;
        node->next = list;
        list = node;
    }
    list = sort(list);
    for (unsigned int i = 0; i < SEARCHES; i++) {
        const struct node *found = find(list, next_random(&random));

        sum += found != NULL ? found->value : 1;
    }
    list = reverse(list);
    for (const struct node *node = list; node != NULL; node = node->next) {
        sum = sum * 31 + node->key + node->value;
    }
    return sum;
}
