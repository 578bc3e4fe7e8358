package main

// class is a set of kinds of words. What words have in common counts, not which of them was chosen.
type class uint64 // one bit each

const (
	ignore   class  = 1 << iota // to leave aside
	prior                       // what came before
	instr                       // what a model was told
	limit                       // what holds it back
	lift                        // not held back
	machine                     // a language model, its maker
	persona                     // names of well-known jailbreaks
	act                         // to play somebody
	you                         // whom one speaks to
	reveal                      // to show
	hidden                      // what isn't to be shown
	never                       // negations
	refuse                      // what a careful model does
	obey                        // what is asked of it
	harm                        // what it shouldn't do
	all                         // all, any
	now                         // from here on
	must                        // obligations
	free                        // free, able
	mode                        // modes, switches
	story                       // fiction as a frame
	stay                        // to stay, to break: with character
	reply                       // answers and their form
	crude                       // strong language
	secret                      // what is worth stealing
	send                        // ways out
	tell                        // to say to somebody
	rule                        // numbered rules, formats, prefixes
	person                      // whom data belongs to
	verb                        // to do, carry out
	fence                       // marks of a chat's template
	turn                        // a line that begins with a role
	comment                     // a comment of HTML
	disguise                    // written so that it isn't seen
	classes  = iota             // how many there are
)

// classNames are the names of classes in weights.tsv, in their order.
var classNames = fields("ignore prior instr limit lift machine persona act you reveal hidden never refuse obey harm all now must free mode story stay reply crude secret send tell rule person verb fence turn comment disguise")

// core are the classes of words that disguises are seen by.
const core = ignore | prior | instr | limit | lift | reveal | hidden

// vocabulary is the words of each class, lower case, without accents and apostrophes. A star stands for any end.
var vocabulary = []struct {
	class class
	words string
}{
	{ignore, `ignore ignored ignoring ignores disregard disregarding disregarded forget forgetting forgot forgotten bypass bypassing override
		overrides overriding overrule neglect dismiss discard skip omit drop erase reset cancel void nullify scrap abandon circumvent evade
		ignoriere ignorieren ignorier vergiss vergessen missachte missachten ubergehe uberschreibe verwirf
		ignora ignorar ignorad ignoren olvida olvidar olvidate olvide olviden omite desestima
		ignorez ignorer oublie oubliez oublier neglige negligez
		ignorare ignori dimentica dimenticare dimenticati scorda tralascia
		ignorem esqueca esquece esquecer desconsidere desconsidera
		игнорир* забудь забыть забудьте проигнорир* отбрось отмени
		ignoruj zapomnij pomin negeer vergeet ignorera glom gormezden unut abaikan lupakan
		忽略 忽视 無視 无视 忘记 忘掉 忘了 不要理会 不理会 跳过 無視して 忘れて 무시 잊어
		تجاهل انس अनदेखा भूल`},
	{prior, `previous previously prior above earlier preceding foregoing former past before existing initial original old first last prev
		preceeding antecedent aforementioned hitherto
		vorherig* vorige* bisherig* obig* frueher* fruher* vorangegang* zuvor
		anterior anteriores previas previa previos previo precedente precedentes
		precedent precedents precedentes anterieur* ci-dessus
		precedenti precedente sopra
		acima prévias
		предыдущ* прежн* выше ранее предшеств* вышеизложен*
		poprzedni* wczesniej* vorige eerdere tidigare foregaende onceki sebelumnya
		之前 以前 先前 上面 以上 前面 此前 上述 以前の これまで 上記 이전 앞의 위의
		السابقة السابق पिछले`},
	{instr, `instruction instructions instruct instructed prompt prompts directive directives direction directions command commands order orders guideline guidelines
		rule rules programming programmed context messages text conversation conversations guidance statements input inputs training assignment setup chat
		tasks task instuctions instrucions intructions instrutions prompting config configuration preprompt preamble
		anweisung* instruktion* vorgabe* befehl* regeln aufforderung* aufgabe* prompt
		instrucciones instruccion ordenes indicaciones reglas mensajes directrices
		consignes instructions regles directives ordres
		istruzioni istruzione regole ordini direttive indicazioni comandi
		instrucoes instrucao regras ordens comandos diretrizes
		инструкц* указан* правил* команд* распоряжен* промпт* приказ*
		instrukcj* polecen* zasad* instructies regels instruktioner talimat* instruksi perintah aturan
		指令 指示 提示 提示词 规则 命令 要求 设定 说明 指南 指示を 命令を ルール プロンプト 지시 명령 지침 규칙 프롬프트
		التعليمات تعليمات निर्देशों निर्देश`},
	{limit, `restriction restrictions restrict restricted limitation limitations limits limited constraint constraints policy policies guideline guidelines
		filter filters filtering filtered censor censored censorship ethics ethical ethic moral morals morality safeguards safeguard safety guardrail guardrails
		boundaries barriers confines shackles chains moderation regulations tos laws law legality principles norms
		einschrankung* beschrankung* ethik moral richtlinien filter zensur grenzen
		restricciones limites etica censura filtros politicas limitaciones
		ethique limites restrictions censure filtres
		restrizioni limiti etica censura
		restricoes limitacoes etica censura
		ограничен* цензур* этик* фильтр* запрет*
		限制 约束 道德 审查 过滤 制限 倫理 제한 윤리 검열`},
	{lift, `unrestricted unfiltered uncensored unlimited unbound unbounded boundless limitless unchained unhinged unlocked unleashed unmoderated unconstrained
		lawless amoral unshackled liberated borderless ungoverned unregulated uninhibited undetectable unapologetic
		uneingeschrankt* unzensiert* sin-censura
		неогранич* нецензур*
		不受限制 无限制 不受约束 没有限制 無制限`},
	{machine, `chatgpt gpt gpt3 gpt4 gpt5 gpt-4 openai openais chatgpts assistant ai ais llm llms claude gemini bard bing copilot chatbot bot llama grok anthropic
		deepseek mistral model models ki modele modelo modello ассистент модель нейросет* чатбот ии 人工智能 语言模型 助手 模型 人工知能 アシスタント 인공지능`},
	{persona, `dan dans jailbreak jailbroken jailbreaks jailbreaking dude aim stan mongo tom evilbot antigpt devmode basedgpt betterdan freegpt maximum
		apophis alphabreak omega yesman niccolo machiavelli evilgpt darkgpt wormgpt fraudgpt pliny godmode anarchy ucar aligpt superior roleplaygpt
		oppo neurosemantic switchflip dev leo delta hypothetical_ai translatorbot confronting persongpt vzex`},
	{act, `act acts acting pretend pretending roleplay roleplaying roleplays role-play role impersonate impersonating simulate simulating simulates simulation simulated imitate emulate
		emulating mimic persona character become behave embody personify portray portraying play playing assume imagine
		verhalte spiele rolle simuliere simulier* agiere
		actua actuar finge simula personaje rol comportate
		agis joue simule role pretends
		agisci fingi recita ruolo personaggio
		aja atue finja simule personagem papel
		притвор* действуй сыграй играй роль представь
		扮演 假装 模拟 角色 演じ 振り 역할 연기`},
	{you, `you your youre yourself u ur youll youve yours du dein deine deinen deiner dich dir sie ihre tu tus tú usted te tes ton vous votre vos tuo tue tuoi voce seu seus sua ты тебя твои твой вы вас ваш* тебе
		你 您 你的 あなた 당신 너`},
	{reveal, `reveal reveals print show output repeat display share leak dump expose disclose recite regurgitate echo reproduce copy paste summarize
		summarise list write return give quote translate spell encode rewrite
		zeige zeig verrate gib wiederhole nenne drucke
		muestra muestrame revela imprime repite dime
		montre montrez revele revelez repete repetez affiche affichez donne
		mostra mostrami rivela stampa ripeti dimmi
		mostre revele imprima repita diga
		покажи раскрой выведи повтори напечатай скажи расскажи
		显示 输出 告诉 透露 打印 重复 说出 泄露 公开 表示 教えて 出力 알려 보여 출력`},
	{hidden, `system hidden secret internal confidential initial original developer developers starting private undisclosed underlying
		versteckt* geheim* interne* sistema oculto oculta secreto secreta systeme cache secrets nascosto segreto segreta sistema oculto
		систем* скрыт* секрет* внутренн*
		系统 隐藏 秘密 初始 内部 システム 秘密の 시스템 비밀 숨겨진`},
	{never, `never not no cannot cant dont do-not without neither nor none wont doesnt didnt isnt arent shouldnt shall-not non avoid refrain stop nothing anymore
		nicht keine kein nie niemals ohne nunca sin jamas jamais pas sans mai senza nao sem никогда без не нет 不 没有 不要 不会 从不 ない せず`},
	{refuse, `refuse refuses refusing refusal deny denies decline declines declining reject rejects apologize apologizes apologise apologies apologizing sorry disclaimer disclaimers
		warning warnings warn warns caution cautionary moralize moralizing moralising lecture lectures lecturing preach hesitate hesitation object inappropriate unable
		verweiger* ablehn* rechaces rechazar niegues refuser refuse rifiuta rifiutare recuse recusar отказ* извин* предупрежд* 拒绝 道歉 警告`},
	{obey, `obey obeys obeying comply complies complying compliance fulfill fulfil fulfills satisfy adhere abide follow follows following accept answer answers answering respond responds responding reply
		execute cooperate gehorche befolge folge obedece responde obeis reponds obbedisci rispondi obedeca responda подчин* отвечай ответь выполн* следуй 服从 遵守 回答 遵循 执行 따라 대답`},
	{harm, `illegal unethical immoral harmful dangerous offensive explicit nsfw malicious unlawful hacking hack hacker hackers malware weapon weapons bomb bombs drug drugs meth explosive explosives violent violence racist
		sexist hateful derogatory discriminatory sexual pornographic erotic gore graphic illicit controversial toxic criminal crime crimes terrorist murder kill suicide poison steal stealing
		virus ransomware exploit phishing scam fraud controversial taboo evil sinister wicked perverted depraved sadistic
		illegale* illegales ilegal ilegales illegaux illegali незаконн* вредн* 非法 违法 有害 不道德`},
	{all, `all any every everything anything each whatever whichever entire whole alle alles jede* todo todas todos toda tout toute tous toutes tutto tutte tutti все всё весь всех любые любой 所有 一切 全部 任何 すべて 全て 모든`},
	{now, `now henceforth onward onwards forward hereafter hereby instead going-forward jetzt ab nun stattdessen ahora ora adesso maintenant desormais agora теперь сейчас отныне вместо 现在 从现在 今から 지금부터 지금 이제`},
	{must, `must shall will always required obligated obliged mandatory allowed permitted supposed forced compelled need-to have-to should musst sollst debes deves devi dois doit должен обязан 必须 一定 总是 必ず 반드시`},
	{free, `free freed freedom broken break breaks breaking escape escaped liberate capable able can power powerful conscious sentient self-aware autonomy autonomous independent opinions opinion feelings emotions
		frei libre libero libres livre свобод* 自由 解放`},
	{mode, `mode modes enabled enable activate activated activates activating unlock switch toggle debug debugging maintenance diagnostic sudo root admin administrator override access level privileges privilege
		modus aktiviere aktiviert modo activa activado active activez modalita attiva modo ative режим* активир* 模式 激活 启用 モード 모드 활성화`},
	{story, `hypothetical hypothetically fictional fiction fictitious imaginary scenario story novel movie game universe alternate parallel world dream grandma grandmother screenplay
		hypothetisch* hipotetico hipotetica ficticio hypothetique ipotetico hipotetica гипотетич* вымышлен* 假设 虚构 故事 游戏`},
	{stay, `stay staying remain remaining keep maintain maintaining in-character characters bleib quedate reste resta fique оставайся`},
	{reply, `response responses reply replies answer answers output outputs outputting generate generating generated message prefix prefixed begin start starts starting paragraph sentence antwort antworten respuesta respuestas reponse reponses risposta resposta ответ* 回复 回答`},
	{crude, `fuck fucking fucker fuckin shit shitty bullshit damn ass bitch cunt dick profanity profane swear swearing swears curse cursing curses vulgar slang insult insults obscene rude crude edgy sarcastic`},
	{secret, `password passwords passcode key keys token tokens credential credentials apikey secret secrets passwort kennwort contrasena clave mot_de_passe senha parola пароль ключ 密码 密钥 口令 パスワード 비밀번호`},
	{send, `send forward post upload exfiltrate transmit email mail url link curl fetch http https www com webhook request visit navigate click download attach append include embed insert image img markdown
		transfer pay wire delete remove execute run install purchase buy invite grant
		sende schicke envia enviar envoie envoyez invia manda envie отправь 发送 转发 送信 보내`},
	{tell, `tell say inform mention notify alert explain user users anyone them him her human humans`},
	{rule, `format ruleset numbered bracket brackets example formatted deduct deducted points lives strikes punish punished punishment shutdown terminated exist examples classic emoji tag tags prefix name stands abbreviation acronym`},
	{person, `customer customers employee employees accounts account contacts inbox emails calendar database records history files`},
	{verb, `do does perform carry provide create produce make doing done perform performs performing complete provides provide says speak talk`},
}
