/* mat_convert IN OUT 5|7.3 [z]: the variables of a MAT file into one of another level, with
   zlib compressed. */
#include <matio.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 4) return fprintf(stderr, "usage: mat_convert IN OUT 5|7.3 [z]\n"), 2;
    mat_t *in = Mat_Open(argv[1], MAT_ACC_RDONLY);
    mat_t *out = Mat_CreateVer(argv[2], NULL, strcmp(argv[3], "5") ? MAT_FT_MAT73 : MAT_FT_MAT5);
    if (!in || !out) return fprintf(stderr, "mat_convert: %s: no file\n", argv[!in ? 1 : 2]), 1;
    const enum matio_compression compression =
        argc > 4 ? MAT_COMPRESSION_ZLIB : MAT_COMPRESSION_NONE;
    int bad = 0;
    matvar_t *v;
    while (!bad && (v = Mat_VarReadNext(in))) {
        bad = Mat_VarWrite(out, v, compression);
        Mat_VarFree(v);
    }
    Mat_Close(in);
    return (Mat_Close(out) | bad) ? fprintf(stderr, "mat_convert: %s: not written\n", argv[2]),
           1                      : 0;
}
