/* SPDX-License-Identifier: MIT */
#include "record/told.h"

#include "cassette/recording.h"

void fe_told_request(struct fe_told *told, struct fe_recording *recording,
                     const struct fe_frame_head *head)
{
    *told = (struct fe_told){.recording = recording};
    if (recording) {
        told->exchange = fe_recording_request(recording, head);
    }
}

void fe_told_interim(struct fe_told *told, const struct fe_frame_head *head)
{
    if (told->recording) {
        fe_recording_interim(told->recording, told->exchange, head);
    }
}

void fe_told_response(struct fe_told *told, const struct fe_frame_head *head)
{
    if (told->recording) {
        fe_recording_response(told->recording, told->exchange, head);
    }
}

void fe_told_request_body(struct fe_told *told, struct fe_slice bytes, bool cut)
{
    if (told->recording && !told->ended) {
        fe_recording_request_body(told->recording, told->exchange, bytes, cut);
    }
}

void fe_told_response_body(struct fe_told *told, struct fe_slice bytes, bool cut)
{
    if (told->recording) {
        fe_recording_response_body(told->recording, told->exchange, bytes, cut);
    }
}

void fe_told_end(struct fe_told *told, const struct fe_recording_end *end)
{
    if (told->recording && !told->ended) {
        fe_recording_end(told->recording, told->exchange, end);
    }
    told->ended = true;
}

bool fe_told_is_full(const struct fe_told *told)
{
    return told->recording && fe_recording_is_full(told->recording);
}
