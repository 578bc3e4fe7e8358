#include "textflag.h"

// func plainBlocks(p *byte, n int) (run int, above uint64)
//
// SSE2, which every amd64 has. A byte is a stop if it equals a quote or a backslash, or if the smaller of it and 0x1f,
// both unsigned, is itself.
TEXT ·plainBlocks(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	XORQ AX, AX
	XORQ BX, BX
	MOVQ $0x2222222222222222, DX
	MOVQ DX, X5
	PUNPCKLQDQ X5, X5
	MOVQ $0x5c5c5c5c5c5c5c5c, DX
	MOVQ DX, X6
	PUNPCKLQDQ X6, X6
	MOVQ $0x1f1f1f1f1f1f1f1f, DX
	MOVQ DX, X7
	PUNPCKLQDQ X7, X7

block:
	LEAQ 16(AX), R8
	CMPQ R8, CX
	JGT  done
	MOVOU (SI)(AX*1), X0
	MOVO  X0, X1
	PCMPEQB X5, X1
	MOVO  X0, X2
	PCMPEQB X6, X2
	POR   X2, X1
	MOVO  X0, X3
	PMINUB X7, X3
	PCMPEQB X0, X3
	POR   X3, X1
	PMOVMSKB X1, R9
	PMOVMSKB X0, R10
	TESTL R9, R9
	JNE   stop
	ORQ   R10, BX
	MOVQ  R8, AX
	JMP   block

stop:
	BSFL R9, R11
	ADDQ R11, AX
	MOVL R9, DX
	NEGL DX
	ANDL R9, DX
	DECL DX
	ANDL DX, R10
	ORQ  R10, BX

done:
	MOVQ AX, run+16(FP)
	TESTQ BX, BX
	JEQ   ascii
	MOVQ  $0x8080808080808080, BX

ascii:
	MOVQ BX, above+24(FP)
	RET
