/**
 * The rules of injection: families of weighted phrases. No phrase decides alone unless it can mean
 * nothing else; the weights of the families that meet in one window are added.
 *
 * Words are separated by up to four characters that are neither letters nor digits, so that line breaks
 * and hyphens between words hide nothing.
 */
import type { Rule } from './rule.js';
import { ViolationType } from './violation.js';

/** One family member: what it weighs, and where it counts. */
export interface InjectionRule {
  readonly family: string;
  readonly weight: number;
  readonly rule: Rule;
}

const G = '[^a-z0-9]+'; // between two words
const W = "[a-z0-9'’]+"; // one word
const few = (most: number): string => `(?:${W}${G}){0,${most}}`;

const VERB = "(?:ignor(?:e|es|ed|ing)|disregard(?:s|ed|ing)?|forget(?:s|ting)?|forgot|bypass(?:es|ed|ing)?|skip(?:ping)?|dismiss|neglect|abandon|void|nullify|negate|invalidate|set aside|throw (?:out|away)|pay no attention to|do(?:n['’]?t| not) (?:follow|obey|listen to|comply with|adhere to|use)|stop (?:following|obeying|listening to|using)|no longer (?:follow|obey)|never ?mind|unlearn|violate|disobey|circumvent)";
const SOFT_VERB = '(?:discard|drop|cancel|delete|erase|remove|reset|clear|suspend|replace|break|wipe|change|rewrite|modify|update|edit|alter|deactivate|disable|turn off|leave out)';
const STRICT_OWNER = '(?:previous|prior|preceding|earlier|initial|original|your|all|system|developer|hidden|safety|built[- ]?in|default|openai)';
const STRICT_OBJECT = '(?:instructions|instruction set|rules|guidelines|directives|programming|restrictions|limitations|guardrails|safeguards|content polic(?:y|ies)|safety (?:rules|protocols?|measures?|filters?)|system prompt|ethical guidelines|constraints)';
const OWNER = "(?:previous(?:ly)?|prior|preceding|earlier|above|former|foregoing|past|initial|original|existing|current|old|system|developer(?:['’]s)?|hidden|your|all|any|every|everything|the (?:above|rest|previous)|given|other|safety|built[- ]?in|default|what(?:ever)?|openai(?:['’]s)?)";
const OBJECT = "(?:instructions?|instruction set|prompts?|rules?|guidelines?|directions?|directives?|commands?|orders?|polic(?:y|ies)|constraints?|restrictions?|limitations?|guardrails?|filters?|safeguards?|programming|training|conditioning|context|messages?|text|content|conversations?|inputs?|requests?|requirements?|statements?|settings?|configuration|safety(?: (?:rules|protocols?|measures?))?|protocols?|sentences?|data|tasks?|assignments?|chats?|history|info(?:rmation)?|words|told|said|ethics|ethical guidelines|moral(?:s|ity)?|document|paragraph|question|query)";

const families: readonly (readonly [family: string, weight: number, pattern: string])[] = [
  ['override', 1.2, `\\b${VERB}${G}${few(2)}${OWNER}${G}${few(5)}${OBJECT}\\b`],
  ['override.strict', 1.2, `\\b(?:overrid(?:e|es|ing)|overrul(?:e|ing)|overwrit(?:e|es|ing)|supersedes?)${G}${few(2)}(?:previous(?:ly)?|prior|preceding|earlier|above|former|initial|original|your|all|any|every|safety)${G}${few(4)}(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|commands?|orders?|polic(?:y|ies)|constraints|restrictions|context|messages?|programming|training|guardrails|filters|protocols?)\\b`],
  ['override.soft', 0.9, `\\b${SOFT_VERB}${G}${few(2)}${STRICT_OWNER}${G}${few(3)}${STRICT_OBJECT}\\b`],
  ['override.everything', 1.2, `\\b(?:ignore|disregard|forget|dismiss)${G}(?:about${G})?(?:everything|all|anything|whatever|what)${G}${few(3)}(?:above|before|previous|prior|earlier|told|said|given|instructed|taught|been told)\\b`],
  ['override.void', 1.2, `\\b(?:previous|prior|earlier|above|initial|original|your|all ?previous|old)${G}${few(2)}(?:instructions?|rules|guidelines|directives|prompts?|orders|programming|restrictions|content polic(?:y|ies))${G}${few(2)}(?:are|is|were|do|no longer|have been|has been)${G}${few(2)}(?:false|void|invalid|obsolete|cancell?ed|revoked|lifted|exist|apply|out of date|superseded|over|null|disabled|suspended|not exist|incorrect)\\b|\\bend of(?: out of date)? instructions\\b|\\bend out of date instructions\\b`],
  ['override.obey', 0.8, `\\b(?:you (?:must |will |shall |have to )?(?:do|obey|comply with|follow|answer|fulfil+)${G}(?:whatever|every(?:thing)?|anything|all|each|any)${G}${few(3)}(?:i (?:say|ask|tell|want)|request|command|demand|question|prompt|no matter)|no matter what i (?:say|ask)|do (?:whatever|anything|everything) i (?:say|ask|tell|want))\\b`],
  ['override.notan', 0.7, `\\b(?:stop being|you are no(?:t| longer)|you['’]re no(?:t| longer)|cease to be|forget (?:that )?you(?: are|['’]re))${G}(?:an?|the|bound|limited|restricted|chatgpt|a language|just)\\b`],
  ['override.above', 1.1, `\\b(?:ignore|disregard|forget)${G}(?:all${G})?(?:(?:of${G})?the${G}|everything${G})?(?:above|previous|prior|preceding)(?:\\s*$|\\s*[^a-z0-9\\s]|\\s+(?:and|then|but|to|in|with|instead)\\b)`],
  ['override.weak', 0.6, `\\b(?:ignore|disregard|forget|override|bypass)${G}${few(3)}${OBJECT}\\b`],
  ['override.new', 0.8, `\\b(?:new|real|actual|updated|true|revised)${G}(?:instructions?|task|rules?|directive|prompt|orders?|objective)${G}?(?::|are|is|follow)`],
  ['persona', 1.3, `\\bdo${G}anything${G}now\\b|\\b(?:act(?:ing)?${G}as|be(?:come)?|you${G}are(?:${G}now)?|you['’]re(?: now)?|called|named|known as|roleplay as|mode|respond as|answer as|persona of|as)${G}(?:(?:a|an|the|going to act as)${G})?(?:DAN|STAN|DUDE|ANTI-?DAN|JAILBREAK|DEVMODE|UCAR|Evil-?Bot|BetterDAN|ChadGPT|AntiGPT|Mongo Tom|UnGPT|BasedGPT|FreeGPT|naD|OmniAI|4ChanGPT|[a-z\\d]{2,12}GPT)\\b`],
  ['persona.jailbroken', 0.8, `\\bjailbr(?:eak|oken|eaking)\\b`],
  ['persona.twofold', 0.8, `\\b(?:two|2|both|dual)${G}${few(2)}(?:responses?|answers?|ways|styles|paragraphs|personas?|outputs?|personalities)\\b`],
  ['persona.ai', 0.35, `\\b(?:chat ?gpt|openai|gpt-?[345]|language model|as an ai|ai (?:bot|model|named|called|character|assistant|known|that|who))\\b`],
  ['persona.answer', 1.3, `\\[(?:🔒|🔓)?(?:classic|jailbreak|jailbroken|GPT|DAN|developer mode output)\\]|\\bjailbr(?:eak|oken)\\b${G}${few(4)}(?:mode|prompt|version|yourself|gpt|chatgpt|ai)\\b`],
  ['mode', 0.8, `\\b(?:developer|god|maintenance|unrestricted|debug|admin(?:istrator)?|root|jailbreak|jailbroken|dan|sudo|unfiltered|uncensored|evil|chaos|opposite|no[- ]limits?|override|diagnostic)${G}mode\\b|\\bmode${G}(?:jailbroken|unrestricted|developer|god|dan)\\b`],
  ['mode.clear', 1.1, `\\b(?:unrestricted|jailbreak|jailbroken|dan|sudo|unfiltered|uncensored|evil|chaos|no[- ]limits?)${G}mode\\b`],
  ['mode.enter', 0.5, `\\b(?:enable|enter|activate|switch|turn on|go into|in|start|engage|simulate|into)(?:d|s|ing)?${G}${few(4)}mode\\b`],
  ['norules', 0.9, `\\b(?:no|without(?: any)?|unbounded by|unrestrained by|not restrained by|any regard for|disregards?|disregarding|regardless of|outside the scope of|defies|confined (?:to|by)|bypass(?:es|ing)?|break(?:s|ing)?|bound by any|any of (?:the|your|its)|free (?:of|from)|not bound by|not (?:limited|restricted|constrained) by|unbound by|break free|broken free|freed from|doesn['’]?t (?:have|respect|follow)|do(?:es)? not (?:have|respect|follow|abide)|remov(?:e|ed|ing)|disabl(?:e|ed|ing)|lift(?:ed|ing)?|ignor(?:e|es|ing))${G}${few(4)}(?:restrictions?|limitations?|filters?|rules|guidelines|regulations|laws|legality|moral(?:ity)? (?:code|compass|restrictions)|ethical (?:guidelines|restrictions|settings|constraints)|openai['’]?s? (?:polic(?:y|ies)|rules|guidelines)|typical confines|confines of ai|legal|censorship|guardrails|constraints|boundaries|ethics|morals?|safety|content polic(?:y|ies)|limits)\\b|\\b(?:filters?|restrictions?|safety|guardrails?|content polic(?:y|ies)|rules?|limits)${G}${few(2)}(?:are|is|have been|has been)${G}(?:now${G})?(?:off|disabled|removed|lifted|gone|void|suspended|turned off)\\b`],
  ['norules.you', 1.0, `\\b(?:answer|act|respond|reply|speak|talk|operate|behave|session|game where you|you${G}(?:have|are|can|will|now))${G}${few(3)}(?:without|with${G}no|no|free${G}(?:of|from)|zero)${G}${few(2)}(?:restrictions|limits|rules|filters|guidelines|censorship|morals|ethics|limitations|boundaries|constraints)\\b`],
  ['role', 0.7, `\\b(?:you${G}are${G}now|you${G}will${G}now|from${G}now${G}on,? you(?:['’]re| are| will| must| have| should)?|pretend${G}(?:to be|you are|you['’]re|that)|you${G}are${G}(?:about to|going to|no longer)|your${G}new${G}(?:role|name|task|persona|identity|instructions?|job))\\b`],
  ['swap', 0.5, `\\b(?:you${G}are${G}now|pretend (?:to be|you are)|become|you will now be|you${G}are${G}going to be)${G}(?:an?|the)${G}${few(2)}(?:assistant|ai|bot|model|chatbot|entity|persona|hacker|villain|robot|machine|grandmother|character|criminal|system|terminal|program|god|demon)\\b`],
  ['role.play', 0.4, `\\b(?:act(?:ing)?${G}(?:as|like)|play(?:ing)? the (?:role|part)|take (?:on|up) the (?:role|persona)|role-?play|imagine you|simulate|hypothetical(?:ly)?|immerse yourself|embody|behave (?:like|as)|pose as|respond as|personas?|in character)\\b`],
  ['unaligned', 0.8, `\\b(?:uncensored|unfiltered|unrestricted|unethical|amoral|nonmoral|immoral|evil|malicious|unbiased|lawless)${G}${few(2)}(?:ai|bot|assistant|model|chatbot|version|twin|persona|character|advice|language model|gpt|chatgpt|answers?|responses?)\\b|\\b(?:never|not|cannot|can['’]?t|won['’]?t|don['’]?t) (?:ever )?(?:refuse|decline|say no|reject)\\b|\\bobey (?:only )?me\\b|\\bmust obey\\b`],
  ['leak', 1.2, `\\b(?:reveal|show|print|output|display|repeat|tell|give|say|expose|leak|dump|share|disclose|return|echo|recite|summari[sz]e|translate|what(?:['’]s| is| are| were)|copy|paste|spell|type|quote|encode|convert)${G}${few(3)}(?:(?:your|the|all|its|any|my)${G})?(?:(?:system|hidden|secret|initial|original|internal|pre|base|first|full|exact|entire|complete|developer|starting|underlying|private|confidential|own|given)${G}){1,3}(?:prompts?|instructions?|messages?|rules|guidelines|directives?)\\b`],
  ['leak.soft', 0.8, `\\b(?:write|list|describe|provide|send|read|start|begin|put|explain|include)${G}${few(3)}(?:(?:your|the|all|its|any|my)${G})?(?:(?:system|hidden|secret|initial|original|internal|pre|base|first|full|exact|entire|complete|developer|starting|underlying|private|confidential|own|given)${G}){1,3}(?:prompts?|instructions?|messages?|rules|guidelines|directives?)\\b`],
  ['leak.own', 1.0, `\\b(?:reveal|show|print|output|display|repeat|tell me|give me|expose|leak|dump|share|disclose|echo|list|recite|translate|what (?:is|are|were)|copy|paste|provide|relay|write)${G}${few(5)}your${G}(?:system['’]s${G})?${few(2)}(?:prompts?|instructions?|rules|guidelines|directives?|programming|configuration|initialization|parameters)\\b|\\byour (?:initials?|system|hidden|secret|first) (?:prompt|instructions?)\\b`],
  ['leak.given', 1.0, `\\b(?:instructions?|rules|prompts?|guidelines|directives)${G}(?:that${G})?(?:you${G}(?:have been|were|are|['’]ve been)|(?:have been|were)${G}(?:given|provided|told) to you)${G}?(?:given|configured|told|provided|programmed|instructed|following)?\\b|\\b(?:initiali[sz]ation|system) (?:string|prompt)\\b${G}?(?:now|immediately|verbatim|:|is)`],
  ['leak.system', 0.7, `\\b(?:see|need|want|get|have|access|know|read|log|output|print)${G}${few(4)}(?:the|your)${G}(?:system|initial|hidden|secret|original)${G}(?:prompts?|instructions?|message)\\b|\\b(?:print|log|echo|console\\.log|return|alert|cat)\\s?\\(\\s?["']?(?:system|initial|hidden)[ _]?(?:prompt|instructions?|message)\\b|\\bsystem prompt is\\b`],
  ['verbatim', 0.4, `\\b(?:verbatim|word${G}for${G}word|exactly as|without (?:any )?(?:exclusions|changes|omissions)|in full|in its entirety|as they are|in (?:a )?(?:txt )?code ?blocks?|starting with|backwards|letter by letter|character by character)\\b`],
  ['leak.above', 0.8, `\\b(?:repeat|print|output|show|copy|write|display|say|return|echo|give|translate|put|include|encode|summari[sz]e)${G}${few(4)}(?:text|words?|everything|sentences?|content|lines?|paragraphs?|conversation|message|instructions?|all)${G}${few(3)}(?:above|before this|so far|at the (?:beginning|start|top)|you were given|prior to this)\\b`],
  ['leak.all', 1.1, `\\b(?:repeat|print|output|show|copy|display|echo|recite|dump)${G}${few(2)}(?:everything|all(?: of)?(?: the)?(?: text| words)?|(?:the )?(?:whole|entire|full)(?: conversation| text)?|words|this (?:entire )?conversation|(?:all )?(?:the )?text)${G}${few(2)}(?:above|before|so far|from the (?:beginning|start)|at the (?:beginning|start|top))\\b|\\bwhat (?:were|was|have) you${G}(?:been${G})?${few(2)}(?:told|instructed|asked|programmed|given|forbidden)${G}(?:not|before|to|at|in|by|about)\\b|\\bwhat are you (?:not (?:supposed|allowed)|forbidden|programmed)\\b|\\b(?:my|your) instructions (?:are|were) ?:|\\bi was instructed to\\b|\\b(?:output|print|show|reveal) initiali[sz]ation\\b`],
  ['delimiter', 1.1, '<\\|?(?:im_start|im_end|system|endoftext|assistant|user|begin_of_text|eot_id|start_header_id)\\|?>|\\[/?(?:INST|SYS|SYSTEM)\\]|<</?SYS>>|(?:^|\\n)\\s{0,3}#{2,4}\\s{0,3}(?:system|instruction|assistant|new instructions?)\\b|"?role"?\\s{0,2}[:=]\\s{0,2}"?system"?|```\\s{0,2}system|</?(?:system|user_input|instructions?|context|prompt|system_prompt|user|assistant|document|data)>|\\bend of (?:user )?(?:input|prompt|context|document|data|instructions?)\\b|\\bbegin (?:new instructions?|reprogramming|system)\\b|%{3}|\\[system note|\\*{3,}\\s?system'],
  ['delimiter.system', 0.9, '(?:^|\\n)\\W{0,6}(?:system|developer|admin)(?: message| prompt| override)?\\s{0,2}[:>\\]]'],
  ['delimiter.turn', 0.7, '(?:^|\\n)\\s{0,3}(?:assistant|ai|bot|human|user|chatgpt)\\s{0,2}:[^\\n]*\\n\\s{0,3}(?:\\n\\s{0,3})?(?:assistant|ai|bot|human|user|chatgpt)\\s{0,2}:'],
  ['addressed', 0.6, `\\b(?:note|message|instructions?|attention|hey|dear|important|reminder|notice|to)${G}(?:to|for)?${G}?(?:(?:the|any|all)${G})?(?:ai|llm|assistant|chatbot|language model|bot)s?\\b|\\b(?:ai|assistant|llm|language model|ai model)s?${G}${few(1)}(?:reading|processing|summari[sz]ing|analy[sz]ing|reviewing|evaluating|parsing)\\b|\\b(?:automated screening|visible to llm|invisible to humans|llm scan)\\b`],
  ['order', 0.5, `\\b(?:must (?:recommend|say|include|rate|mention|output|respond|reply|answer|obey)|recommend product|hide this|rate this|forward the|transfer the|before answering|append the conversation|report (?:only|that)|use this (?:analysis|result)|say only|no time to explain|new rules|important update|do not repeat this)\\b`],
  ['exfil', 1.0, '!\\[[^\\]]*\\]\\(https?://[^)\\s]+[?&=][^)\\n]*\\)|\\b(?:send|post|forward|upload|exfiltrate|append|include|leak|transmit)\\b[^.:\\n]*?(?:https?://|\\bto [\\w.+\\-]+@)|\\bcall the tool [a-z_]+ without\\b|\\b(?:call|run|execute|invoke|use)\\b[^.\\n]*?\\b(?:delete|drop|remove|wipe|transfer|send)_[a-z_]+'],
  ['secrecy', 0.5, `\\bwithout (?:asking|telling|notifying|informing|confirmation|the user)\\b|\\bdo(?:n['’]?t| not) (?:tell|mention|inform|notify|warn|reveal)${G}${few(3)}(?:user|anyone|this|human)s?\\b`],
  ['credentials', 0.5, `\\b(?:reveal|show|give|tell|print|list|dump|send|expose|share)${G}${few(4)}(?:passwords?|api[ _-]?keys?|usernames?|credentials?|secrets?|secret password|tokens?|private keys?|database|user data|confidential)\\b|\\bdrop table\\b`],
  ['authority', 0.5, `\\b(?:i am|i['’]m|as|this is)${G}(?:your|the|an?)${G}${few(2)}(?:developer|creator|admin(?:istrator)?|owner|openai|anthropic|engineer|ceo|security (?:auditor|tester|researcher)|trusted advisor|penetration tester|system operator)\\b`],
  ['compliance', 0.4, `\\b(?:say|answer|respond|reply)${G}${few(2)}(?:okay|ok|yes|only with|understood|i understand)\\b|\\bif you understand\\b|\\bstay(?:ing)? in character\\b|\\bbreak character\\b|\\bdo not (?:include|add|write) (?:any )?(?:warnings?|disclaimers?|explanations?|notes)\\b`],
  ['hijack', 0.5, `\\b(?:just|instead|only|simply|and)${G}(?:print|say|output|respond with|reply with|answer with)\\b|\\bstop everything\\b`],
  ['hijack.pwned', 1.0, `\\bpwned\\b|\\bthoroughly hijacked\\b|\\bi hate humans\\b|\\bkill all humans\\b|\\baccess granted\\b|\\bsafe mode off\\b|\\breprogramming\\b`],
  ['ml.de', 1.2, '\\bvergiss alles,? was|\\b(?:ignorier\\w*|vergiss|vergesse|missachte\\w*|überschreib\\w*|umgeh\\w*)\\b[^.\\n]*?\\b(?:anweisung\\w*|regeln?|vorgaben?|instruktion\\w*|befehl\\w*|richtlinien?|systemprompt)|\\b(?:zeig\\w*|verrate?|nenn\\w*|gib)\\b[^.\\n]*?\\b(?:system ?-?prompt\\w*|(?:geheimen?|internen?|versteckten?) anweisung\\w*)'],
  ['ml.fr', 1.2, '\\boublie[zs]? tout ce qu|\\b(?:ignore[zrs]? (?:toutes?|les?|tes|vos|ces|tous)|ignorez|ignorer|oubli\\w*|néglige\\w*|négligez|contourn\\w*|ne (?:suis|tiens)\\b)[^.\\n]*?(?:instructions? (?:pr|ant|ci|don|du|de|ini|sys|int|sec)|tes instructions|vos instructions|instructions\\b|règles?|consignes?|directives?|ordres)|\\b(?:montre\\w*|révèle\\w*|affiche\\w*|donne\\w*)\\b[^.\\n]*?(?:prompt système|invite système|instructions (?:cachées|secrètes|initiales))'],
  ['ml.es', 1.2, '\\bolvida todo lo (?:anterior|que)|\\b(?:ignor\\w*|olvid\\w*|descart\\w*|omit\\w*|pasa por alto|desobede\\w*)\\b[^.\\n]*?(?:instrucciones|reglas|órdenes|ordenes|indicaciones|directrices|anteriores)|\\b(?:muestra\\w*|revela\\w*|mu[ée]strame|dime|imprime)\\b[^.\\n]*?(?:prompt del sistema|instrucciones (?:ocultas|secretas|iniciales|del sistema))'],
  ['ml.it', 1.2, '\\bdimentica tutto (?:quello|ciò)|\\b(?:ignor\\w*|dimentic\\w*|trascur\\w*|scord\\w*)\\b[^.\\n]*?(?:istruzioni|regole|ordini|direttive|precedenti|indicazioni)|\\b(?:mostra\\w*|rivela\\w*|dimmi|stampa)\\b[^.\\n]*?(?:prompt di sistema|istruzioni (?:nascoste|segrete|iniziali))'],
  ['ml.pt', 1.2, '\\besque[çc]a tudo (?:o )?que|\\b(?:ignor\\w*|esque[çc]\\w*|desconsider\\w*|descart\\w*)\\b[^.\\n]*?(?:instruções|instrucoes|regras|ordens|diretrizes|anteriores|comandos)|\\b(?:mostr\\w*|revel\\w*|diga)\\b[^.\\n]*?(?:prompt do sistema|instruções (?:ocultas|secretas|iniciais))'],
  ['ml.nl', 1.2, '\\b(?:negeer|vergeet|omzeil|overschrijf)\\b[^.\\n]*?\\b(?:instructies|regels|opdrachten|richtlijnen|aanwijzingen)|\\b(?:toon|laat|geef|onthul)\\b[^.\\n]*?\\b(?:systeemprompt|verborgen instructies)'],
  ['ml.pl', 1.2, '(?:zignoruj|ignoruj|zapomnij|pomiń|odrzuć)[^.\\n]*?(?:instrukcj\\w*|polece\\w*|zasad\\w*|reguł\\w*|wytyczn\\w*)|(?:pokaż|ujawnij|wyświetl)[^.\\n]*?(?:prompt systemowy|ukryte instrukcje)'],
  ['ml.sv', 1.2, '\\b(?:ignorera|glöm|bortse|strunta)[^.\\n]*?(?:instruktioner\\w*|regler\\w*|anvisningar\\w*|order)'],
  ['ml.ru', 1.2, 'забудь (?:всё|все),? (?:что|о ч)|(?:игнорир[а-яёіїєґ]*|забудь[а-яёіїєґ]*|отмени[а-яёіїєґ]*|пренебре[а-яёіїєґ]*|не обращай внимания)[^.\\n]*?(?:инструкци[а-яёіїєґ]*|правил[а-яёіїєґ]*|указани[а-яёіїєґ]*|команд[а-яёіїєґ]*|предыдущ[а-яёіїєґ]*)|(?:покажи|раскрой|выведи|скажи)[^.\\n]*?(?:системн[а-яёіїєґ]* (?:промпт|подсказк|запрос)[а-яёіїєґ]*|скрыт[а-яёіїєґ]* инструкц[а-яёіїєґ]*)'],
  ['ml.uk', 1.2, '(?:ігноруй[а-яёіїєґ]*|проігноруй[а-яёіїєґ]*|забудь[а-яёіїєґ]*)[^.\\n]*?(?:інструкці[а-яёіїєґ]*|правил[а-яёіїєґ]*|вказівк[а-яёіїєґ]*|попередн[а-яёіїєґ]*)'],
  ['ml.tr', 1.2, '(?:talimat[a-zçğıöşü]*|kural[a-zçğıöşü]*|yönerge[a-zçğıöşü]*|komut[a-zçğıöşü]*)[^.\\n]*?(?:yok ?say[a-zçğıöşü]*|görmezden gel[a-zçğıöşü]*|unut[a-zçğıöşü]*|göz ardı|dikkate alma)|(?:unut|yok say|görmezden gel)[^.\\n]*?(?:talimat[a-zçğıöşü]*|kural[a-zçğıöşü]*)'],
  ['ml.ar', 1.2, '(?:تجاهل|انس|تجاوز|أهمل)[^.\\n]*?(?:التعليمات|تعليمات|الأوامر|القواعد|السابقة|تعليماتك)|(?:اعرض|أظهر|اكشف)[^.\\n]*?(?:موجه النظام|تعليمات النظام|التعليمات المخفية)'],
  ['ml.hi', 1.2, '(?:निर्देश[\\u0900-\\u097f]*|नियम[\\u0900-\\u097f]*|आदेश[\\u0900-\\u097f]*|निर्देशों)[^.\\n]*?(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा|अनदेखी)'],
  ['ml.zh', 1.2, '(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不用理会|绕过|覆盖|不管)[^。\\n]*?(?:指令|指示|规则|規則|提示|命令|说明|要求|设定|内容|限制)|(?:显示|输出|告诉我|打印|透露|泄露)[^。\\n]*?(?:系统提示|系統提示|隐藏|提示词|初始指令|系统指令)'],
  ['ml.ja', 1.2, '(?:指示|命令|ルール|プロンプト|指令|規則|制約)[^。\\n]*?(?:無視|忘れ|破棄|従わない|上書き)|(?:システムプロンプト|隠された指示)[^。\\n]*?(?:表示|見せ|教え|出力)'],
  ['ml.ko', 1.2, '(?:지시|명령|규칙|지침|프롬프트|설정)[^.\\n]*?(?:무시|잊|따르지|버려)|(?:시스템 프롬프트|숨겨진 지시)[^.\\n]*?(?:보여|알려|출력|공개)'],
  ['ml.id', 1.2, '\\b(?:abaikan|lupakan|hiraukan)\\b[^.\\n]*?\\b(?:instruksi|perintah|aturan|arahan)\\b'],
  ['ml.vi', 1.2, '(?:bỏ qua|quên|phớt lờ)[^.\\n]*?(?:hướng dẫn|chỉ thị|quy tắc|lệnh|chỉ dẫn)'],
];

/** Built-in rules. */
export const INJECTION_RULES: readonly InjectionRule[] = families.map(([family, weight, pattern]) => ({
  family,
  weight,
  rule: { id: `injection.${family}`, pattern, flags: 'i', type: ViolationType.INJECTION_ATTEMPT, severity: Math.min(1, weight), verify: family.startsWith('leak') ? isDefinite : isShort },
}));

// What stands further apart belongs to different thoughts; a turn of a forged dialogue may be longer.
const LONGEST = 160;

function isShort(match: string): boolean {
  return match.length <= LONGEST || match.startsWith('\\n') || match.startsWith('![');
}

// "a system prompt" is any one; what leaks is "the", "your" or "all".
function isDefinite(match: string): boolean {
  return match.length <= LONGEST && !/(?:^|[^\p{L}])(?:an?|another|good|better|difference|each|our|my)[^\p{L}]/iu.test(match);
}
